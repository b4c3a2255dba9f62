import { Fragment, useState } from 'react';
import type { AppError } from '../shared/appError';
import {
  isPortalSource,
  type CaptureOptions,
  type ShortcutsInEffect,
  type StartRecording,
} from '../shared/recording';
import type { PermissionName } from '../shared/permissions';
import type { Capability } from '../shared/session';
import { ErrorText } from './ErrorText';
import { MissingCapabilities, notToldBy } from './MissingCapabilities';
import { PermissionList, type PermissionListProps } from './PermissionList';
import { LeftOutInVain, PrivacySettings, type PrivacySettingsProps } from './PrivacySettings';
import { shortcutKeys } from './recordingText';
import { SourcePicker } from './SourcePicker';
import { Button } from './ui/Button';
import { Callout } from './ui/Callout';
import { cn } from './ui/cn';
import { Spinner } from './ui/Spinner';
import { SwitchField } from './ui/SwitchField';

export type RecordingSetupProps = {
  options?: CaptureOptions;
  loading: boolean;
  loadError?: AppError;
  starting: boolean;
  privacy: Omit<PrivacySettingsProps, 'activeWindow'>;
  permissions: PermissionListProps;
  onRefresh: () => void;
  onStart: (request: StartRecording) => void;
  onCancel: () => void;
};

/** The choices before a recording, and what this machine cannot record. */
export function RecordingSetup({
  options,
  loading,
  loadError,
  starting,
  privacy,
  permissions,
  onRefresh,
  onStart,
  onCancel,
}: RecordingSetupProps) {
  const [wantedId, setWantedId] = useState<string>();
  const [microphone, setMicrophone] = useState(false);
  const [recordKeyCodes, setRecordKeyCodes] = useState(false);
  const sources = options?.sources ?? [];
  const selected = pickSource(sources, wantedId);
  const useMicrophone = microphone && options?.microphoneAvailable === true;
  const start = () =>
    selected && onStart({ sourceId: selected.id, microphone: useMicrophone, recordKeyCodes });
  return (
    <div className="mx-auto grid max-w-5xl gap-x-8 gap-y-6 px-5 py-5 min-[820px]:grid-cols-[minmax(0,1fr)_20rem]">
      <div className="min-w-0 space-y-4">
        {loadError && (
          <Callout tone="error" role="alert">
            <ErrorText error={loadError} />
          </Callout>
        )}
        <PermissionList {...permissions} />
        <LeftOutInVain {...privacy} activeWindow={capabilityOf(options, 'active-window')} />
        {options && (
          <MissingCapabilities capabilities={notToldBy(permissions.permissions, options.capabilities)} />
        )}
        <SourcePicker
          sources={sources}
          selectedId={selected?.id}
          loading={loading}
          failed={loadError !== undefined}
          forbidden={capabilityOf(options, 'video')?.available === false}
          onSelect={setWantedId}
          onRefresh={onRefresh}
        />
      </div>
      <div className="min-w-0 space-y-5">
        <div className="space-y-4 rounded-xl border border-line bg-surface p-4 shadow-card">
          <MicrophoneSwitch {...{ options, permissions }} checked={useMicrophone} onChange={setMicrophone} />
          <TypedTextSwitch options={options} checked={recordKeyCodes} onChange={setRecordKeyCodes} />
          <PrivacySettings {...privacy} activeWindow={capabilityOf(options, 'active-window')} />
        </div>
        <StartButton
          starting={starting}
          choosing={starting && selected !== undefined && isPortalSource(selected.id)}
          whyNot={whyNotStart(options, loading, selected !== undefined)}
          shortcuts={options?.shortcuts}
          onStart={start}
          onCancel={onCancel}
        />
      </div>
    </div>
  );
}

function isNotAsked({ permissions = [] }: PermissionListProps, wanted: PermissionName): boolean {
  return permissions.some(({ name, state }) => name === wanted && state === 'not-asked');
}

/** The chosen source if it exists, otherwise the first screen. */
function pickSource(sources: CaptureOptions['sources'], wantedId: string | undefined) {
  return (
    sources.find((source) => source.id === wantedId) ??
    sources.find((source) => source.kind === 'screen') ??
    sources[0]
  );
}

function whyNotStart(
  options: CaptureOptions | undefined,
  loading: boolean,
  hasSource: boolean,
): string | undefined {
  if (!options && loading) return 'Still looking for what can be recorded.';
  if (!options) return 'What can be recorded is not known. Refresh to look again.';
  const video = capabilityOf(options, 'video');
  if (video && !video.available) return video.why ?? 'This computer cannot record its screen.';
  return hasSource ? undefined : 'There is nothing to record yet.';
}

function capabilityOf(options: CaptureOptions | undefined, wanted: Capability['name']) {
  return options?.capabilities.find(({ name }) => name === wanted);
}

type OptionSwitchProps = { options?: CaptureOptions; checked: boolean; onChange: (checked: boolean) => void };

function MicrophoneSwitch({
  options,
  permissions,
  checked,
  onChange,
}: OptionSwitchProps & { permissions: PermissionListProps }) {
  const available = options?.microphoneAvailable === true;
  const why = capabilityOf(options, 'microphone')?.why;
  return (
    <SwitchField
      label="Microphone"
      description={available || !options ? 'Record what you say.' : (why ?? 'No microphone was found.')}
      checked={checked}
      disabled={!available}
      onChange={(on) => {
        onChange(on);
        // Otherwise the system would prompt in the middle of the start.
        if (on && isNotAsked(permissions, 'microphone')) permissions.onAsk('microphone');
      }}
    />
  );
}

function TypedTextSwitch({ options, checked, onChange }: OptionSwitchProps) {
  const keyboard = capabilityOf(options, 'keyboard');
  const available = keyboard?.available !== false;
  return (
    <SwitchField
      label="Record what is typed"
      description="Off: a key press is noted, not which letter it was; shortcuts and keys like Enter are. On: everything typed is in the recording, passwords included."
      checked={checked && available}
      disabled={!available}
      onChange={onChange}
    />
  );
}

type StartButtonProps = {
  starting: boolean;
  /** The system's dialog, in which the user chooses the source, is open. */
  choosing: boolean;
  whyNot?: string;
  shortcuts?: ShortcutsInEffect;
  onStart: () => void;
  onCancel: () => void;
};

function StartButton({ starting, choosing, whyNot, shortcuts, onStart, onCancel }: StartButtonProps) {
  return (
    <>
      {/* Content that scrolls below it fades out. */}
      <div className="z-10 -mx-1 bg-canvas px-1 pb-4 before:pointer-events-none before:absolute before:inset-x-0 before:bottom-full before:h-6 before:bg-linear-to-t before:from-canvas before:to-transparent max-[819px]:before:hidden min-[820px]:sticky min-[820px]:bottom-0">
        <Button
          variant="record"
          size="large"
          className="w-full"
          disabled={starting}
          focusableWhenDisabled
          whyDisabled={starting ? undefined : whyNot}
          onClick={onStart}
        >
          {starting ? <Spinner /> : <span aria-hidden className="size-3.5 rounded-full bg-current" />}
          Start recording
        </Button>
        {choosing && (
          <Button className="mt-2 w-full" onClick={onCancel}>
            Cancel
          </Button>
        )}
      </div>
      <p role="status" className={cn('text-center text-xs text-soft', !starting && 'sr-only')}>
        {choosing ? 'Choose what to record in your desktop’s dialog.' : starting && 'Starting…'}
      </p>
      {!starting && shortcuts && <ShortcutHints {...shortcuts} />}
    </>
  );
}

/** Shortcuts that work while this window is hidden. */
function ShortcutHints({ startStop, pauseResume, redact, askedFor }: ShortcutsInEffect) {
  const hints = [
    { accelerator: startStop, what: 'start or stop from anywhere' },
    { accelerator: pauseResume, what: 'pause or resume' },
    { accelerator: redact, what: 'redact: hide everything at once' },
  ].filter((hint) => hint.accelerator !== undefined);
  if (hints.length === 0)
    return (
      <p className="text-xs text-soft">
        This system gives the app no shortcuts that work from anywhere. The small toolbar stops, pauses and
        redacts.
      </p>
    );
  return (
    <div className="space-y-2 text-xs text-soft">
      {askedFor && (
        <p>
          These shortcuts were asked for. Your desktop decides whether they work, and may change the keys.
        </p>
      )}
      <dl className="grid grid-cols-[auto_1fr] items-center gap-x-2.5 gap-y-2">
        {hints.map(({ accelerator, what }) => (
          <Fragment key={what}>
            <dt>
              <Keys accelerator={accelerator!} />
            </dt>
            <dd>{what}</dd>
          </Fragment>
        ))}
      </dl>
    </div>
  );
}

function Keys({ accelerator }: { accelerator: string }) {
  return (
    <kbd className="rounded border border-line bg-surface px-1.5 py-0.5 font-sans font-medium whitespace-nowrap text-ink">
      {shortcutKeys(accelerator)}
    </kbd>
  );
}
