import { cva, type VariantProps } from 'class-variance-authority';
import { cn } from './cn';

const look = cva(
  'inline-flex items-center gap-1.5 rounded-full px-2.5 py-0.5 text-xs font-medium whitespace-nowrap',
  {
    variants: {
      tone: {
        gray: 'bg-sunken text-soft',
        blue: 'bg-info-wash text-info',
        amber: 'bg-warn-wash text-warn',
        green: 'bg-good-wash text-good',
        red: 'bg-bad-wash text-bad',
      },
    },
  },
);

export type BadgeTone = NonNullable<VariantProps<typeof look>['tone']>;

/** A short visual badge beside a name; its text is in the parent's title. */
export function GlanceBadge({ tone, text }: { tone: BadgeTone; text: string }) {
  return (
    <span aria-hidden className={cn(look({ tone }), 'px-2 tabular-nums')}>
      {text}
    </span>
  );
}

/** A short state that announces its changes (role status). */
export function StatusBadge({ tone, text }: { tone: BadgeTone; text: string }) {
  return (
    <span role="status" className={look({ tone })}>
      <span aria-hidden className="size-1.5 rounded-full bg-current" />
      {text}
    </span>
  );
}
