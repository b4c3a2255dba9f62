import { useEffect, useEffectEvent, useLayoutEffect } from 'react';
import { useForm, useWatch, type UseFormReturn } from 'react-hook-form';
import type { AppError, Reply } from '../shared/appError';
import type {
  FieldErrors,
  SaveConfigResult,
  UploadConfigField,
  UploadConfigInput,
  UploadConfigSnapshot,
  ValidateConfigResult,
} from '../shared/upload';
import type { Outcome } from './ConfigOutcome';
import type { ConfigAttempt } from './useConfigAttempt';
import {
  fieldOrder,
  isSameForm,
  toForm,
  toFormField,
  toInput,
  withoutSecrets,
  type UploadConfigForm,
} from './uploadConfigForm';

export type ConfigFormProps = {
  snapshot: UploadConfigSnapshot;
  /** What was typed and not saved before the panel was put away. */
  draft?: UploadConfigForm;
  /** Takes what is to be kept while the panel is away; undefined where all is saved. */
  onDraft: (draft: UploadConfigForm | undefined) => void;
  attempt: ConfigAttempt;
  onSave: (input: UploadConfigInput) => Promise<Reply<SaveConfigResult>>;
  /** Tries the values as they stand in the form, saved or not. */
  onTest: (input: UploadConfigInput) => Promise<Reply<ValidateConfigResult>>;
};

export type ConfigFormState = {
  form: UseFormReturn<UploadConfigForm>;
  busy?: ConfigAttempt['busy'];
  outcome?: Outcome;
  /** Whether the form differs from what is saved. */
  isDirty: boolean;
  save: () => void;
  test: () => void;
  discard: () => void;
  /** Puts another address into the form; the user saves it, or does not. */
  takeEndpoint: (endpoint: string) => void;
  noteEdit: () => void;
};

/** `isCurrent` is false once the form was edited after `input` was taken from it. */
type Judge = (input: UploadConfigInput, isCurrent: () => boolean) => Promise<Outcome>;

/** The settings' form: its values, and how the last attempt to save or test them ended. */
export function useConfigForm({
  snapshot,
  draft,
  onDraft,
  attempt,
  onSave,
  onTest,
}: ConfigFormProps): ConfigFormState {
  const form = useForm<UploadConfigForm>({ defaultValues: toForm(snapshot.config), shouldFocusError: true });
  const values = useWatch({ control: form.control });
  const isDirty = !isSameForm(values, toForm(snapshot.config));
  useDraft(form, isDirty, draft, onDraft);
  const { busy, outcome, noteEdit } = attempt;
  // The words beside the fields went with the panel; what speaks of them goes too.
  const forgetFieldErrors = useEffectEvent(() => outcome?.kind === 'fields' && noteEdit());
  useEffect(() => void forgetFieldErrors(), []);
  const run = (what: NonNullable<ConfigFormState['busy']>, judge: Judge) => {
    // An answer to an earlier attempt must not stand in the way of this one.
    form.clearErrors();
    noteEdit();
    return form.handleSubmit(async (values) => {
      const isCurrent = attempt.begin(what);
      const answer = await judge(toInput(values), isCurrent);
      // What was true of earlier values says nothing of those that stand in the form now.
      attempt.end(isCurrent() ? answer : undefined);
    })();
  };
  const test = () => void run('testing', async (input) => judgeTest(form, await onTest(input)));
  const save = () => {
    // Gone with the first edit, so it is of what is saved now.
    const refused = refusalIn(outcome);
    void run('saving', async (input, isCurrent) => {
      const answer = judgeSave(form, await onSave(input), isCurrent(), refused);
      // The panel may have been put away meanwhile, with these values as its draft.
      if (answer.kind === 'saved' && isCurrent()) onDraft(undefined);
      return answer;
    });
  };
  const discard = () => {
    form.reset();
    noteEdit();
  };
  const takeEndpoint = (endpoint: string) => {
    form.setValue('endpoint', endpoint, { shouldDirty: true });
    form.setFocus('endpoint');
    noteEdit();
  };
  return { form, busy, outcome, isDirty, save, test, discard, takeEndpoint, noteEdit };
}

/** Puts back what was typed and not saved, and hands it over when the panel goes. */
function useDraft(
  form: UseFormReturn<UploadConfigForm>,
  isDirty: boolean,
  draft: UploadConfigForm | undefined,
  onDraft: ConfigFormProps['onDraft'],
): void {
  const putBack = useEffectEvent(() => draft && form.reset(draft, { keepDefaultValues: true }));
  const keep = useEffectEvent(() => onDraft(isDirty ? withoutSecrets(form.getValues()) : undefined));
  useLayoutEffect(() => void putBack(), []);
  useEffect(() => () => keep(), []);
}

function judgeSave(
  form: UseFormReturn<UploadConfigForm>,
  reply: Reply<SaveConfigResult>,
  isCurrent: boolean,
  refused: AppError | undefined,
): Outcome {
  if (!reply.ok) return failed('save', 'The settings were not saved.', reply.error);
  if (!reply.value.saved) return showFieldErrors(form, reply.value.fieldErrors);
  // What was typed while it was saved is not thrown away.
  form.reset(toForm(reply.value.config), { keepValues: !isCurrent });
  return { kind: 'saved', refused };
}

function judgeTest(form: UseFormReturn<UploadConfigForm>, reply: Reply<ValidateConfigResult>): Outcome {
  if (!reply.ok) return failed('test', 'The connection could not be tested.', reply.error);
  const { valid, error, fieldErrors, warnings = [], suggestedEndpoint } = reply.value;
  if (valid) return { kind: 'connected', warnings };
  if (error)
    return {
      kind: 'failed',
      of: 'test',
      headline: 'The connection does not work.',
      error,
      suggestedEndpoint,
    };
  return showFieldErrors(form, fieldErrors ?? {});
}

function failed(of: 'save' | 'test', headline: string, error: AppError): Outcome {
  return { kind: 'failed', of, headline, error };
}

/** Why the last test of what stands in the form failed, if it did. */
function refusalIn(outcome: Outcome | undefined): AppError | undefined {
  if (outcome?.kind === 'saved') return outcome.refused;
  return outcome?.kind === 'failed' && outcome.of === 'test' ? outcome.error : undefined;
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
