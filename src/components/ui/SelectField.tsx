import { useId, type ComponentProps, type ReactNode } from 'react';
import { cn } from './cn';

type SelectFieldProps = Omit<ComponentProps<'select'>, 'className' | 'id'> & {
  label: string;
  hint?: ReactNode;
  error?: string;
};

/** A labelled select; its hint, or the error that replaces the hint, is its description. */
export function SelectField({ label, hint, error, ...select }: SelectFieldProps) {
  const id = useId();
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      <select
        {...select}
        id={id}
        aria-invalid={error ? true : undefined}
        aria-describedby={error || hint ? `${id}-hint` : undefined}
        className={cn(
          'h-9 w-full rounded-lg border bg-surface px-2.5 text-sm text-ink',
          error ? 'border-bad' : 'border-edge/70 hover:border-edge',
        )}
      />
      {(error ?? hint) && (
        <p id={`${id}-hint`} className={cn('text-xs', error ? 'font-medium text-bad' : 'text-soft')}>
          {error ?? hint}
        </p>
      )}
    </div>
  );
}
