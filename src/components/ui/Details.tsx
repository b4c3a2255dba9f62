import { Collapsible } from '@base-ui/react/collapsible';
import { ChevronRight } from 'lucide-react';
import type { ReactNode } from 'react';
import { cn } from './cn';

type DetailsProps = { label: string; size?: 'small' | 'medium'; children: ReactNode };

/** Expandable content: raw error text, rarely used settings. */
export function Details({ label, size = 'small', children }: DetailsProps) {
  return (
    <Collapsible.Root>
      <Collapsible.Trigger
        className={cn(
          'group -ml-1 inline-flex items-center gap-1 rounded px-1 py-0.5 font-medium text-soft hover:text-ink',
          size === 'small' ? 'text-xs [&_svg]:size-3.5' : 'text-sm [&_svg]:size-4',
        )}
      >
        <ChevronRight aria-hidden className="transition-transform group-aria-expanded:rotate-90" />
        {label}
      </Collapsible.Trigger>
      <Collapsible.Panel>{children}</Collapsible.Panel>
    </Collapsible.Root>
  );
}
