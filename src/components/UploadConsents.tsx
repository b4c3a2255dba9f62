import { useId } from 'react';
import { useFormContext } from 'react-hook-form';
import type { UploadConfigForm } from './uploadConfigForm';

/** An unencrypted address is used only with the user's consent. */
export function HttpConsent() {
  const { register, formState, clearErrors } = useFormContext<UploadConfigForm>();
  const id = useId();
  const error = formState.errors.allowHttp?.message;
  // Consent fixes the error about missing encryption; main validates the address again.
  const consent = register('allowHttp', { onChange: () => clearErrors('endpoint') });
  return (
    <div className="space-y-1.5 rounded-lg bg-warn-wash px-3.5 py-3 text-sm">
      <label htmlFor={id} className="flex items-start gap-2.5 font-medium">
        <input
          id={id}
          type="checkbox"
          aria-describedby={`${id}-why`}
          aria-invalid={error ? true : undefined}
          className="mt-0.5 size-4 shrink-0 accent-accent"
          {...consent}
        />
        Allow an unencrypted connection to this address
      </label>
      <p id={`${id}-why`} className="pl-6.5 text-xs text-soft">
        {error && <span className="block font-medium text-bad">{error}</span>}
        Anyone on the way can see the recordings. Fine for this computer or a network you trust.
      </p>
    </div>
  );
}

/** If the system cannot encrypt, the user decides how the secret is stored. */
export function SecretStorageChoice() {
  const { formState } = useFormContext<UploadConfigForm>();
  const id = useId();
  const error = formState.errors.secretStorage?.message;
  return (
    <fieldset
      aria-describedby={error ? `${id}-why ${id}-error` : `${id}-why`}
      className="space-y-2.5 rounded-lg bg-warn-wash px-3.5 py-3 text-sm"
    >
      <legend className="float-left mb-1 w-full font-medium">This computer cannot encrypt secrets</legend>
      <p id={`${id}-why`} className="clear-both text-xs text-soft">
        No password store was found. Choose what should happen to the secret.
      </p>
      {error && (
        <p id={`${id}-error`} className="text-xs font-medium text-bad">
          {error}
        </p>
      )}
      <StorageRadio
        value="session-only"
        label="Keep the secret only until I quit"
        description="You enter it again after the next start."
        invalid={error !== undefined}
      />
      <StorageRadio
        value="weak"
        label="Store it with weak protection"
        description="Whoever can read your files can find it out."
        invalid={error !== undefined}
      />
    </fieldset>
  );
}

type StorageRadioProps = {
  value: 'session-only' | 'weak';
  label: string;
  description: string;
  invalid: boolean;
};

function StorageRadio({ value, label, description, invalid }: StorageRadioProps) {
  const { register } = useFormContext<UploadConfigForm>();
  const id = useId();
  return (
    <div className="flex items-start gap-2.5">
      <input
        id={id}
        type="radio"
        value={value}
        aria-describedby={`${id}-what`}
        aria-invalid={invalid || undefined}
        className="mt-0.5 size-4 shrink-0 accent-accent"
        {...register('secretStorage')}
      />
      <div>
        <label htmlFor={id}>{label}</label>
        <p id={`${id}-what`} className="text-xs text-soft">
          {description}
        </p>
      </div>
    </div>
  );
}
