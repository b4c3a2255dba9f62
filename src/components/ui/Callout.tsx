import { cva, type VariantProps } from 'class-variance-authority';
import { CircleAlert, CircleCheck, Info, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { cn } from './cn';

const look = cva('flex items-start gap-2.5 rounded-lg px-3.5 py-3 text-sm', {
  variants: {
    tone: {
      info: 'bg-info-wash [&>svg]:text-info',
      good: 'bg-good-wash [&>svg]:text-good',
      warning: 'bg-warn-wash [&>svg]:text-warn',
      error: 'bg-bad-wash [&>svg]:text-bad',
    },
  },
});

const icons = { info: Info, good: CircleCheck, warning: TriangleAlert, error: CircleAlert };

type CalloutProps = {
  tone: NonNullable<VariantProps<typeof look>['tone']>;
  /** Announced at once if the user waits for it. */
  role?: 'alert';
  className?: string;
  /** Placed at the right, or below if there is little room. */
  aside?: ReactNode;
  children: ReactNode;
};

export function Callout({ tone, role, className, aside, children }: CalloutProps) {
  const Icon = icons[tone];
  return (
    <div role={role} className={cn(look({ tone }), className)}>
      <Icon aria-hidden className="mt-0.5 size-4 shrink-0" />
      <div className="flex grow flex-wrap items-start justify-between gap-x-4 gap-y-2 break-anywhere">
        <div className="min-w-0 basis-64 grow">{children}</div>
        {aside}
      </div>
    </div>
  );
}
