import { useEffect, useRef } from 'react';
import { FormProvider } from 'react-hook-form';
import type { Reply } from '../shared/appError';
import type { AwsProfileView } from '../shared/upload';
import { ConfigOutcome } from './ConfigOutcome';
import { DestinationAbilities } from './DestinationAbilities';
import { IamPolicy } from './IamPolicy';
import { Button } from './ui/Button';
import { Spinner } from './ui/Spinner';
import { SignInFields } from './SignInFields';
import { AdvancedFields, DestinationFields } from './UploadConfigFields';
import { useConfigForm, type ConfigFormProps, type ConfigFormState } from './useConfigForm';

export type UploadConfigPanelProps = ConfigFormProps & {
  /** The AWS profiles on this computer; absent until loaded. */
  profiles?: readonly AwsProfileView[];
  /** Copies a text to the clipboard. */
  onCopy: (text: string) => Promise<Reply<void>>;
};

/** The destination's settings: a form over the saved settings. */
export function UploadConfigPanel({ onCopy, profiles, ...props }: UploadConfigPanelProps) {
  const { form, save, noteEdit, ...state } = useConfigForm(props);
  const { snapshot } = props;
  return (
    <FormProvider {...form}>
      <form
        noValidate
        aria-label="Upload settings"
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
        onChange={noteEdit}
        className="space-y-5 rounded-xl border border-line bg-surface p-5 shadow-card"
      >
        <DestinationFields />
        <SignInFields snapshot={snapshot} profiles={profiles} onPick={noteEdit} />
        <AdvancedFields snapshot={snapshot} />
        <IamPolicy onCopy={onCopy} />
        {snapshot.config && (
          <DestinationAbilities capabilities={snapshot.capabilities} proxy={snapshot.proxy} />
        )}
        <PanelButtons {...state} />
      </form>
    </FormProvider>
  );
}

type PanelButtonsProps = Pick<
  ConfigFormState,
  'busy' | 'outcome' | 'isDirty' | 'test' | 'discard' | 'takeEndpoint'
>;

function PanelButtons({ busy, outcome, isDirty, test, discard, takeEndpoint }: PanelButtonsProps) {
  const buttons = useRef<HTMLDivElement>(null);
  const told = useRef(outcome);
  useEffect(() => {
    const isNew = told.current !== outcome;
    told.current = outcome;
    // Enter in a field far above also saves. If fields are wrong, the first of them has the focus.
    if (isNew && outcome && outcome.kind !== 'fields') buttons.current?.scrollIntoView({ block: 'nearest' });
  }, [outcome]);
  return (
    <div ref={buttons} className="flex flex-wrap items-center gap-2 border-t border-line pt-4">
      <Button type="submit" variant="primary" disabled={busy !== undefined} focusableWhenDisabled>
        {busy === 'saving' && <Spinner />}
        Save
      </Button>
      <Button disabled={busy !== undefined} focusableWhenDisabled onClick={test}>
        {busy === 'testing' && <Spinner />}
        Test connection
      </Button>
      {isDirty && (
        <Button variant="quiet" disabled={busy !== undefined} focusableWhenDisabled onClick={discard}>
          Discard changes
        </Button>
      )}
      {isDirty && outcome?.kind !== 'saved' && <span className="text-sm text-soft">Not saved yet</span>}
      <ConfigOutcome outcome={outcome} onEndpoint={takeEndpoint} />
    </div>
  );
}
