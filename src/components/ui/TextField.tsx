import { useId, type ComponentProps, type ReactNode } from 'react';
import { cn } from './cn';

type TextFieldProps = Omit<ComponentProps<'input'>, 'className' | 'id'> & {
  label: string;
  hint?: ReactNode;
  error?: string;
  className?: string;
};

/** A labelled text input; its hint, or the error that replaces the hint, is its description. */
export function TextField({ label, hint, error, className, ...input }: TextFieldProps) {
  const id = useId();
  const described = error ? `${id}-error` : hint ? `${id}-hint` : undefined;
  return (
    <div className={cn('flex min-w-0 flex-col gap-1', className)}>
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      <input
        spellCheck={false}
        autoComplete="off"
        autoCapitalize="off"
        {...input}
        id={id}
        aria-invalid={error ? true : undefined}
        aria-describedby={described}
        className={cn(
          'h-9 w-full rounded-lg border bg-surface px-3 text-sm placeholder:text-soft',
          error ? 'border-bad' : 'border-edge/70 hover:border-edge',
        )}
      />
      {error && (
        <p id={`${id}-error`} className="text-xs font-medium text-bad">
          {error}
        </p>
      )}
      {hint && !error && (
        <p id={`${id}-hint`} className="text-xs text-soft">
          {hint}
        </p>
      )}
    </div>
  );
}
