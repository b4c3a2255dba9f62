import { Copy } from 'lucide-react';
import { useState } from 'react';
import { useFormContext, useWatch } from 'react-hook-form';
import type { AppError, Reply } from '../shared/appError';
import { ErrorText } from './ErrorText';
import { policyText } from './policyDocument';
import { Button } from './ui/Button';
import { Callout } from './ui/Callout';
import { Details } from './ui/Details';
import type { UploadConfigForm } from './uploadConfigForm';
import { useTransient } from './useTransient';

/** The minimum permissions for the form's bucket and prefix, to be passed to the administrator who grants them. */
export function IamPolicy({ onCopy }: { onCopy: (text: string) => Promise<Reply<void>> }) {
  const { control } = useFormContext<UploadConfigForm>();
  const [bucket, region, keyPrefix, endpoint, objectTags] = useWatch({
    control,
    name: ['bucket', 'region', 'keyPrefix', 'endpoint', 'objectTags'],
  });
  const tagged = objectTags.trim() !== '';
  return (
    <Details label="Show IAM policy" size="medium">
      <div className="pt-3">
        {endpoint.trim() !== '' ? (
          <p className="text-soft">
            IAM policies are for Amazon S3; who may do what at this endpoint is set on its own server.
          </p>
        ) : bucket.trim() === '' ? (
          <p className="text-soft">Enter the bucket first.</p>
        ) : bucket.trim().endsWith('-s3alias') ? (
          <p className="text-soft">
            A policy needs the ARNs of the access point and its bucket; they cannot be found from an alias.
          </p>
        ) : (
          <PolicyText text={policyText({ bucket, region, keyPrefix, tagged })} onCopy={onCopy} />
        )}
      </div>
    </Details>
  );
}

function PolicyText({ text, onCopy }: { text: string; onCopy: (text: string) => Promise<Reply<void>> }) {
  const [copied, setCopied] = useTransient<string>();
  const [error, setError] = useState<AppError>();
  const copy = async () => {
    const reply = await onCopy(text);
    setCopied(reply.ok ? text : undefined);
    setError(reply.ok ? undefined : reply.error);
  };
  return (
    <div className="space-y-2.5">
      <p className="text-xs text-soft">
        The least this app needs. A bucket encrypted with a KMS key of your own also needs kms:GenerateDataKey
        and kms:Decrypt on that key.
      </p>
      <pre
        tabIndex={0}
        role="region"
        aria-label="IAM policy"
        className="max-h-80 overflow-auto rounded-lg border border-line bg-sunken px-3.5 py-3 font-mono text-xs select-text"
      >
        {text}
      </pre>
      <div className="flex items-center gap-2.5">
        <Button size="small" onClick={() => void copy()}>
          <Copy aria-hidden />
          Copy policy
        </Button>
        <span aria-live="polite" className="text-xs font-medium text-good">
          {copied === text && 'Policy copied'}
        </span>
      </div>
      {error && (
        <Callout tone="error" role="alert">
          <ErrorText error={error} />
        </Callout>
      )}
    </div>
  );
}
