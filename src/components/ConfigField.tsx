import type { ReactNode } from 'react';
import { useFormContext, type RegisterOptions } from 'react-hook-form';
import { TextField } from './ui/TextField';
import type { UploadConfigForm } from './uploadConfigForm';

type FieldProps = {
  name: Exclude<
    keyof UploadConfigForm,
    'forcePathStyle' | 'allowHttp' | 'removeSessionToken' | 'signIn' | 'encryption'
  >;
  label: string;
  hint?: ReactNode;
  placeholder?: string;
  type?: 'password';
  className?: string;
  rules?: RegisterOptions<UploadConfigForm, FieldProps['name']>;
};

/** A text field of the settings, with main's error message if its value is wrong. */
export function Field({ name, rules, ...rest }: FieldProps) {
  const { register, formState } = useFormContext<UploadConfigForm>();
  return <TextField {...rest} {...register(name, rules)} error={formState.errors[name]?.message} />;
}

export const twoColumns = 'grid gap-x-4 gap-y-4 sm:grid-cols-2';

/** Related fields under one title. */
export function Group({ title, children }: { title: string; children: ReactNode }) {
  return (
    <fieldset className="space-y-4">
      <legend className="mb-3 text-sm font-semibold text-soft">{title}</legend>
      {children}
    </fieldset>
  );
}
