import { useRef, useState } from 'react';
import { FormProvider, useForm, type UseFormReturn } from 'react-hook-form';
import type { AppError, Reply } from '../shared/appError';
import type {
  FieldErrors,
  SaveConfigResult,
  UploadConfigField,
  UploadConfigInput,
  UploadConfigSnapshot,
  ValidateConfigResult,
} from '../shared/upload';
import { Button } from './ui/Button';
import { Spinner } from './ui/Spinner';
import { ConfigOutcome, type Outcome } from './ConfigOutcome';
import { AdvancedFields, DestinationFields, KeyFields } from './UploadConfigFields';
import { fieldOrder, toForm, toFormField, toInput, type UploadConfigForm } from './uploadConfigForm';

export type UploadConfigCallbacks = {
  onSave: (input: UploadConfigInput) => Promise<Reply<SaveConfigResult>>;
  /** Tries the values as they stand in the form, saved or not. */
  onTest: (input: UploadConfigInput) => Promise<Reply<ValidateConfigResult>>;
};

type UploadConfigPanelProps = UploadConfigCallbacks & { snapshot: UploadConfigSnapshot };

type Busy = 'saving' | 'testing' | undefined;

/** `isCurrent` is false once the form was edited after `input` was taken from it. */
type Judge = (input: UploadConfigInput, isCurrent: () => boolean) => Promise<Outcome>;

/** The destination's settings: a form over the saved view. */
export function UploadConfigPanel({ snapshot, onSave, onTest }: UploadConfigPanelProps) {
  const form = useForm<UploadConfigForm>({ defaultValues: toForm(snapshot.config), shouldFocusError: true });
  const [busy, setBusy] = useState<Busy>();
  const [outcome, setOutcome] = useState<Outcome>();
  const edits = useRef(0);

  const run = (what: NonNullable<Busy>, judge: Judge) => {
    // An answer to an earlier attempt must not stand in the way of this one.
    form.clearErrors();
    setOutcome(undefined);
    return form.handleSubmit(async (values) => {
      const editsBefore = edits.current;
      const isCurrent = () => edits.current === editsBefore;
      setBusy(what);
      const answer = await judge(toInput(values), isCurrent);
      setBusy(undefined);
      // What was true of earlier values says nothing of those that stand in the form now.
      if (isCurrent()) setOutcome(answer);
    })();
  };
  const test = () => run('testing', async (input) => judgeTest(form, await onTest(input)));
  const save = () =>
    run('saving', async (input, isCurrent) => judgeSave(form, await onSave(input), isCurrent()));

  return (
    <FormProvider {...form}>
      <form
        noValidate
        aria-label="Upload settings"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
        onChange={() => {
          edits.current += 1;
          setOutcome(undefined);
        }}
        className="space-y-5 rounded-xl border border-line bg-surface p-5 shadow-card"
      >
        <DestinationFields />
        <KeyFields snapshot={snapshot} />
        <AdvancedFields snapshot={snapshot} />
        <div className="flex flex-wrap items-center gap-2 border-t border-line pt-4">
          <Button type="submit" variant="primary" disabled={busy !== undefined}>
            {busy === 'saving' && <Spinner />}
            Save
          </Button>
          <Button disabled={busy !== undefined} onClick={() => void test()}>
            {busy === 'testing' && <Spinner />}
            Test connection
          </Button>
          <ConfigOutcome outcome={outcome} />
        </div>
      </form>
    </FormProvider>
  );
}

function judgeSave(
  form: UseFormReturn<UploadConfigForm>,
  reply: Reply<SaveConfigResult>,
  isCurrent: boolean,
): Outcome {
  if (!reply.ok) return failed('The settings were not saved.', reply.error);
  if (!reply.value.saved) return showFieldErrors(form, reply.value.fieldErrors);
  // What was typed while it was saved is not thrown away.
  form.reset(toForm(reply.value.config), { keepValues: !isCurrent });
  return { kind: 'saved' };
}

function judgeTest(form: UseFormReturn<UploadConfigForm>, reply: Reply<ValidateConfigResult>): Outcome {
  if (!reply.ok) return failed('The connection could not be tested.', reply.error);
  const { valid, error, fieldErrors, warnings = [] } = reply.value;
  if (valid) return { kind: 'connected', warnings };
  if (error) return failed('The connection does not work.', error);
  return showFieldErrors(form, fieldErrors ?? {});
}

function failed(headline: string, error: AppError): Outcome {
  return { kind: 'failed', headline, error };
}

/** Writes each error beside its field and moves the focus to the first of them on the page. */
function showFieldErrors(form: UseFormReturn<UploadConfigForm>, errors: FieldErrors): Outcome {
  const byField = new Map(
    Object.entries(errors).map(([field, message]) => [toFormField(field as UploadConfigField), message]),
  );
  for (const [field, message] of byField) form.setError(field, { type: 'main', message });
  const first = fieldOrder.find((field) => byField.has(field));
  // Fields under "Advanced" are on the page only once their errors have unfolded them.
  if (first) requestAnimationFrame(() => form.setFocus(first));
  return { kind: 'fields', count: byField.size };
}
