import { Collapsible } from '@base-ui/react/collapsible';
import { ChevronRight } from 'lucide-react';
import { useState } from 'react';
import { Controller, useFormContext, useWatch } from 'react-hook-form';
import type { UploadConfigSnapshot } from '../shared/upload';
import { Field, Group, twoColumns } from './ConfigField';
import { HttpConsent } from './UploadConsents';
import { SelectField } from './ui/SelectField';
import { SwitchField } from './ui/SwitchField';
import { checkNumber, checkOptionalNumber, isPlainHttp, type UploadConfigForm } from './uploadConfigForm';

/** The upload destination. */
export function DestinationFields() {
  const { control } = useFormContext<UploadConfigForm>();
  const endpoint = useWatch({ control, name: 'endpoint' });
  return (
    <Group title="Destination">
      <div className={twoColumns}>
        <Field name="bucket" label="Bucket" placeholder="my-recordings" />
        <Field name="region" label="Region" placeholder="eu-central-1" />
        <Field name="keyPrefix" label="Key prefix" hint="Put before each bundle's name, like a folder." />
        <Field
          name="endpoint"
          label="Endpoint"
          placeholder="https://s3.example.com"
          hint="Leave empty for Amazon S3. Do not include the bucket; a path is allowed."
        />
      </div>
      {isPlainHttp(endpoint) && <HttpConsent />}
      <Controller
        control={control}
        name="forcePathStyle"
        render={({ field }) => (
          <SwitchField
            label="Path-style addressing"
            description="Most self-hosted servers, such as MinIO and Ceph, need it. Amazon S3 does not."
            checked={field.value}
            onChange={field.onChange}
          />
        )}
      />
    </Group>
  );
}

const advancedFields = [
  'partSizeMib',
  'maxRetries',
  'maxMegabytesPerSecond',
  'caFile',
  'encryption',
  'kmsKeyId',
  'storageClass',
  'objectTags',
  'sessionToken',
] as const;

/** Rarely changed settings. Expands when one of them is wrong. */
export function AdvancedFields({ snapshot: { config } }: { snapshot: UploadConfigSnapshot }) {
  const { control, formState } = useFormContext<UploadConfigForm>();
  const { errors } = formState;
  const hasKeys = useWatch({ control, name: 'signIn' }) === 'keys';
  const [asked, setAsked] = useState(false);
  const wrong = advancedFields.some((field) => errors[field]);
  // Stays expanded while the user corrects the last wrong field.
  if (wrong && !asked) setAsked(true);
  const number = { validate: (text: unknown) => checkNumber(String(text)) };
  const optionalNumber = { validate: (text: unknown) => checkOptionalNumber(String(text)) };
  return (
    <Collapsible.Root open={asked || wrong} onOpenChange={setAsked}>
      <Collapsible.Trigger className="group -ml-1 inline-flex items-center gap-1 rounded px-1 py-0.5 text-sm font-medium text-soft hover:text-ink">
        <ChevronRight aria-hidden className="size-4 transition-transform group-aria-expanded:rotate-90" />
        Advanced
      </Collapsible.Trigger>
      {/* Kept in the document so that its fields are validated while collapsed. */}
      <Collapsible.Panel keepMounted className="space-y-4 pt-4">
        <div className={twoColumns}>
          <Field name="partSizeMib" label="Part size (MiB)" hint="From 5 to 128." rules={number} />
          <Field
            name="maxRetries"
            label="Max retries"
            hint="Attempts without any progress before giving up."
            rules={number}
          />
          <Field
            name="maxMegabytesPerSecond"
            label="Bandwidth limit (MB/s)"
            hint="The most that uploads send in a second. Leave empty for no limit."
            rules={optionalNumber}
          />
          <Field
            name="caFile"
            label="CA certificate file"
            placeholder="/path/to/ca.pem"
            hint="For a private endpoint whose certificate this computer does not trust: a PEM file."
          />
          <ObjectFields />
          {hasKeys && (
            <Field
              name="sessionToken"
              label="Session token"
              type="password"
              className="sm:col-span-2"
              hint={
                config?.sessionToken.configured
                  ? 'Saved. Leave empty to keep it.'
                  : 'Only for temporary credentials.'
              }
            />
          )}
        </div>
        {hasKeys && config?.sessionToken.configured && <RemoveToken />}
      </Collapsible.Panel>
    </Collapsible.Root>
  );
}

/** Settings of every object, which a bucket policy may require. */
function ObjectFields() {
  const { control } = useFormContext<UploadConfigForm>();
  const encryption = useWatch({ control, name: 'encryption' });
  return (
    <>
      <EncryptionField />
      {encryption === 'sse-kms' && (
        <Field
          name="kmsKeyId"
          label="KMS key"
          placeholder="arn:aws:kms:…:key/…"
          hint="ID or ARN. Leave empty to use the default key."
        />
      )}
      <Field
        name="storageClass"
        label="Storage class"
        placeholder="STANDARD_IA"
        hint="Leave empty for the server’s default."
      />
      <Field
        name="objectTags"
        label="Object tags"
        placeholder="team=research, project=x"
        hint="Added to every uploaded file. The key needs the permission s3:PutObjectTagging."
      />
    </>
  );
}

function EncryptionField() {
  const { register, formState } = useFormContext<UploadConfigForm>();
  return (
    <SelectField
      label="Encryption on the server"
      hint="Set it where the bucket’s policy demands it."
      error={formState.errors.encryption?.message}
      {...register('encryption')}
    >
      <option value="">Use the bucket’s default</option>
      <option value="sse-s3">SSE-S3 (AES-256)</option>
      <option value="sse-kms">SSE-KMS</option>
    </SelectField>
  );
}

function RemoveToken() {
  const { control } = useFormContext<UploadConfigForm>();
  return (
    <Controller
      control={control}
      name="removeSessionToken"
      render={({ field }) => (
        <SwitchField label="Forget the saved session token" checked={field.value} onChange={field.onChange} />
      )}
    />
  );
}
