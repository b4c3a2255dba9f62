import { useFormContext, useWatch } from 'react-hook-form';
import type { SecretView, UploadConfigSnapshot } from '../shared/upload';
import { Field, Group, twoColumns } from './ConfigField';
import { ProfileField, type ProfileFieldProps } from './ProfileField';
import { SecretStorageChoice } from './UploadConsents';
import { cn } from './ui/cn';
import type { UploadConfigForm } from './uploadConfigForm';

type SignInFieldsProps = ProfileFieldProps & { snapshot: UploadConfigSnapshot };

/** The credentials: keys in the form, or a profile of AWS's tools. */
export function SignInFields({ snapshot, ...profile }: SignInFieldsProps) {
  const { control } = useFormContext<UploadConfigForm>();
  const signIn = useWatch({ control, name: 'signIn' });
  return (
    <Group title="Access">
      <div
        role="radiogroup"
        aria-label="Sign in with"
        className="inline-flex rounded-lg border border-line bg-sunken p-0.5"
      >
        <SignInChoice value="keys" label="Access key" chosen={signIn === 'keys'} />
        <SignInChoice value="profile" label="AWS profile" chosen={signIn === 'profile'} />
      </div>
      {signIn === 'keys' ? <KeyFields snapshot={snapshot} /> : <ProfileField {...profile} />}
    </Group>
  );
}

type SignInChoiceProps = { value: UploadConfigForm['signIn']; label: string; chosen: boolean };

function SignInChoice({ value, label, chosen }: SignInChoiceProps) {
  const { register } = useFormContext<UploadConfigForm>();
  return (
    <label
      className={cn(
        'cursor-pointer rounded-md px-3 py-1 text-sm font-medium has-focus-visible:outline-2 has-focus-visible:outline-accent',
        chosen ? 'bg-surface text-ink shadow-card' : 'text-soft hover:text-ink',
      )}
    >
      <input type="radio" value={value} className="sr-only" {...register('signIn')} />
      {label}
    </label>
  );
}

/** Main never returns a stored secret: the field is empty and says so. */
function KeyFields({ snapshot: { config, systemEncrypts } }: { snapshot: UploadConfigSnapshot }) {
  const { control } = useFormContext<UploadConfigForm>();
  const endpoint = useWatch({ control, name: 'endpoint' });
  const moved = config !== null && endpoint.trim() !== (config.endpoint ?? '');
  return (
    <>
      <div className={twoColumns}>
        <Field name="accessKeyId" label="Access key ID" />
        <Field
          name="secretAccessKey"
          label="Secret access key"
          type="password"
          placeholder={config?.secretAccessKey.configured && !moved ? '••••••••••••' : undefined}
          hint={secretHint(config?.secretAccessKey, moved)}
        />
      </div>
      {!systemEncrypts && <SecretStorageChoice />}
    </>
  );
}

function secretHint(secret: SecretView | undefined, moved: boolean): string {
  if (!secret?.configured) return 'Kept on this computer only and never shown again.';
  if (moved) return 'The stored key belongs to the saved endpoint. Enter the one for this address.';
  if (secret.locked)
    return 'Saved, but the system’s keychain is locked. Unlock it to use the saved key, or enter the key again.';
  return `Saved${secret.last4 ? `, ends in …${secret.last4}` : ''}. Leave empty to keep it.`;
}
