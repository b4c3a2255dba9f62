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
  /** Unsaved input from before the panel was closed. */
  draft?: UploadConfigForm;
  /** Receives the input to keep while the panel is closed; undefined if everything is saved. */
  onDraft: (draft: UploadConfigForm | undefined) => void;
  attempt: ConfigAttempt;
  onSave: (input: UploadConfigInput) => Promise<Reply<SaveConfigResult>>;
  /** Tests the form's current values, saved or not. */
  onTest: (input: UploadConfigInput) => Promise<Reply<ValidateConfigResult>>;
};

export type ConfigFormState = {
  form: UseFormReturn<UploadConfigForm>;
  busy?: ConfigAttempt['busy'];
  outcome?: Outcome;
  /** Whether the form differs from the saved settings. */
  isDirty: boolean;
  save: () => void;
  test: () => void;
  discard: () => void;
  /** Puts another address into the form; the user still has to save it. */
  takeEndpoint: (endpoint: string) => void;
  noteEdit: () => void;
};

/** `isCurrent` is false once the form was edited after `input` was taken from it. */
type Judge = (input: UploadConfigInput, isCurrent: () => boolean) => Promise<Outcome>;

/** The settings form: its values, and the result of the last attempt to save or test them. */
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
  // The field errors were lost with the panel, so the outcome that mentions them is cleared too.
  const forgetFieldErrors = useEffectEvent(() => outcome?.kind === 'fields' && noteEdit());
  useEffect(() => void forgetFieldErrors(), []);
  const run = (what: NonNullable<ConfigFormState['busy']>, judge: Judge) => {
    // Errors of an earlier attempt must not block this one.
    form.clearErrors();
    noteEdit();
    return form.handleSubmit(async (values) => {
      const isCurrent = attempt.begin(what);
      const answer = await judge(toInput(values), isCurrent);
      // The result of earlier values does not apply to the current ones.
      attempt.end(isCurrent() ? answer : undefined);
    })();
  };
  const test = () => void run('testing', async (input) => judgeTest(form, await onTest(input)));
  const save = () => {
    // The first edit clears it, so it applies to the values that are saved now.
    const refused = refusalIn(outcome);
    void run('saving', async (input, isCurrent) => {
      const answer = judgeSave(form, await onSave(input), isCurrent(), refused);
      // The panel may have been closed meanwhile, with these values as its draft.
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

/** Restores unsaved input, and passes it on when the panel closes. */
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
  // Input typed during the save is kept.
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

/** Why the last test of the current values failed, if it did. */
function refusalIn(outcome: Outcome | undefined): AppError | undefined {
  if (outcome?.kind === 'saved') return outcome.refused;
  return outcome?.kind === 'failed' && outcome.of === 'test' ? outcome.error : undefined;
}

/** Shows each error at its field and moves the focus to the first of them on the page. */
function showFieldErrors(form: UseFormReturn<UploadConfigForm>, errors: FieldErrors): Outcome {
  const byField = new Map(
    Object.entries(errors).map(([field, message]) => [toFormField(field as UploadConfigField), message]),
  );
  for (const [field, message] of byField) form.setError(field, { type: 'main', message });
  const first = fieldOrder.find((field) => byField.has(field));
  // Fields under "Advanced" are on the page only after their errors have expanded it.
  if (first) requestAnimationFrame(() => form.setFocus(first));
  return { kind: 'fields', count: byField.size };
}
