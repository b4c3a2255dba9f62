import { Switch } from '@base-ui/react/switch';
import { useId, type ReactNode } from 'react';
import { cn } from './cn';

type SwitchFieldProps = {
  label: string;
  description?: ReactNode;
  checked: boolean;
  disabled?: boolean;
  onChange: (checked: boolean) => void;
};

/** A switch with its label and description. */
export function SwitchField({ label, description, checked, disabled, onChange }: SwitchFieldProps) {
  const id = useId();
  return (
    <div className="flex items-start justify-between gap-4">
      <div className={cn('min-w-0', disabled && 'text-soft')}>
        <label id={`${id}-label`} htmlFor={id} className="font-medium">
          {label}
        </label>
        {description && (
          <p id={`${id}-why`} className="text-xs text-soft">
            {description}
          </p>
        )}
      </div>
      <Switch.Root
        id={id}
        checked={checked}
        disabled={disabled}
        onCheckedChange={onChange}
        aria-labelledby={`${id}-label`}
        aria-describedby={description ? `${id}-why` : undefined}
        className="mt-0.5 inline-flex h-5 w-9 shrink-0 rounded-full border border-edge bg-sunken p-px transition-colors data-checked:border-accent data-checked:bg-accent data-disabled:cursor-not-allowed data-disabled:opacity-50"
      >
        <Switch.Thumb className="size-4 rounded-full bg-edge transition-transform data-checked:translate-x-4 data-checked:bg-accent-ink" />
      </Switch.Root>
    </div>
  );
}
