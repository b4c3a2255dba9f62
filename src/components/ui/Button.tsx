import { Button as BaseButton } from '@base-ui/react/button';
import { cva, type VariantProps } from 'class-variance-authority';
import { useId, type ComponentProps, type ReactNode } from 'react';
import { cn } from './cn';
import { Hint } from './Hint';
import { useOwnClicks } from './useOwnClicks';

const look = cva(
  'inline-flex shrink-0 items-center justify-center gap-2 rounded-lg font-medium whitespace-nowrap transition-colors duration-150 [&_svg]:shrink-0',
  {
    variants: {
      variant: {
        primary: 'bg-accent text-accent-ink hover:bg-accent-strong',
        record: 'bg-live text-live-ink hover:bg-live-strong',
        plain: 'border border-edge/60 bg-raised text-ink hover:bg-sunken',
        quiet: 'text-soft hover:bg-sunken hover:text-ink',
        danger: 'bg-bad text-surface hover:opacity-90',
      },
      size: {
        small: 'h-8 px-3 text-xs [&_svg]:size-3.5',
        medium: 'h-9 px-3.5 text-sm [&_svg]:size-4',
        large: 'h-12 px-6 text-base [&_svg]:size-5',
        icon: 'size-8 [&_svg]:size-4',
      },
    },
    defaultVariants: { variant: 'plain', size: 'medium' },
  },
);

type ButtonProps = Omit<ComponentProps<typeof BaseButton>, 'className' | 'disabled'> &
  VariantProps<typeof look> & {
    className?: string;
    disabled?: boolean;
    /** Disables the button and shows the reason, as a tooltip and as its description; it stays focusable. */
    whyDisabled?: string;
    children: ReactNode;
  };

export function Button({ variant, size, className, disabled, whyDisabled, ...rest }: ButtonProps) {
  const reasonId = useId();
  const ownClicks = useOwnClicks();
  const classes = cn(
    look({ variant, size }),
    (disabled || whyDisabled) && 'cursor-not-allowed opacity-55 hover:opacity-55',
    className,
  );
  if (!whyDisabled) return <BaseButton {...rest} {...ownClicks} disabled={disabled} className={classes} />;
  return (
    <>
      <Hint text={whyDisabled}>
        <BaseButton
          {...rest}
          disabled
          focusableWhenDisabled
          aria-describedby={reasonId}
          className={classes}
        />
      </Hint>
      <span id={reasonId} className="sr-only">
        {whyDisabled}
      </span>
    </>
  );
}

type IconButtonProps = { label: string; whyDisabled?: string; onClick: () => void; children: ReactNode };

/** A button that shows only an icon; its label is its accessible name and its tooltip. */
export function IconButton({ label, whyDisabled, onClick, children }: IconButtonProps) {
  const button = (
    <Button variant="quiet" size="icon" aria-label={label} whyDisabled={whyDisabled} onClick={onClick}>
      {children}
    </Button>
  );
  return whyDisabled ? button : <Hint text={label}>{button}</Hint>;
}
