import { Collapsible } from '@base-ui/react/collapsible';
import { ChevronRight } from 'lucide-react';
import type { ReactNode } from 'react';

/** Something to unfold: raw error text, rarely changed settings. */
export function Details({ label, children }: { label: string; children: ReactNode }) {
  return (
    <Collapsible.Root>
      <Collapsible.Trigger className="group -ml-1 inline-flex items-center gap-1 rounded px-1 py-0.5 text-xs font-medium text-soft hover:text-ink">
        <ChevronRight aria-hidden className="size-3.5 transition-transform group-aria-expanded:rotate-90" />
        {label}
      </Collapsible.Trigger>
      <Collapsible.Panel>{children}</Collapsible.Panel>
    </Collapsible.Root>
  );
}
