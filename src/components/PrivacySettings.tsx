import { useId, useState } from 'react';
import type { AppError } from '../shared/appError';
import { tidyPatterns, type RecordingSettings } from '../shared/recordingSettings';
import type { Capability } from '../shared/session';
import { ErrorText } from './ErrorText';
import { Callout } from './ui/Callout';
import { SwitchField } from './ui/SwitchField';

export type PrivacySettingsProps = {
  /** Absent until loaded. */
  settings?: RecordingSettings;
  error?: AppError;
  /** Whether this system reports the active window; absent while unknown. */
  activeWindow?: Capability;
  onSave: (settings: RecordingSettings) => void;
};

/** Which windows are recorded by name, and which are excluded. A change takes effect with the next recording. */
export function PrivacySettings({ settings, error, activeWindow, onSave }: PrivacySettingsProps) {
  const unknown = activeWindow?.available === false;
  return (
    <>
      <SwitchField
        label="Active window"
        description={
          unknown
            ? (activeWindow.why ?? 'This system does not tell which window is active.')
            : 'Record the app, title and place of the window you work in.'
        }
        checked={settings?.recordActiveWindow === true && !unknown}
        disabled={settings === undefined || unknown}
        onChange={(recordActiveWindow) => settings && onSave({ ...settings, recordActiveWindow })}
      />
      {settings && (
        <ExcludedWindows
          // Shows the list as main normalised it.
          key={settings.excluded.join('\n')}
          excluded={settings.excluded}
          onChange={(excluded) => onSave({ ...settings, excluded })}
        />
      )}
      {error && (
        <Callout tone="error" role="alert">
          <ErrorText error={error} />
        </Callout>
      )}
    </>
  );
}

/** Shown before a start: windows that the user wants to exclude would be recorded on this system. */
export function LeftOutInVain({ settings, activeWindow }: Omit<PrivacySettingsProps, 'onSave'>) {
  if (activeWindow?.available !== false || !settings?.excluded.length) return null;
  return (
    <Callout tone="warning" role="alert">
      <p className="font-medium">Nothing can be left out on this computer.</p>
      <p className="text-soft">
        It does not tell which window is active, so the apps and titles that you listed will be recorded like
        everything else. Use Pause or Redact instead. {activeWindow.why}
      </p>
    </Callout>
  );
}

type ExcludedWindowsProps = {
  excluded: readonly string[];
  onChange: (excluded: string[]) => void;
};

function ExcludedWindows({ excluded, onChange }: ExcludedWindowsProps) {
  const id = useId();
  const [text, setText] = useState(excluded.join('\n'));
  const keep = () => {
    const patterns = tidyPatterns(text.split('\n'));
    if (patterns.join('\n') !== excluded.join('\n')) onChange(patterns);
  };
  return (
    <div className="space-y-1.5">
      <label htmlFor={id} className="font-medium">
        Leave out apps and titles
      </label>
      <textarea
        id={id}
        rows={Math.min(6, Math.max(2, text.split('\n').length))}
        spellCheck={false}
        placeholder={'KeePass\nOnline*banking'}
        value={text}
        aria-describedby={`${id}-why`}
        onChange={(event) => setText(event.target.value)}
        onBlur={keep}
        className="w-full resize-y rounded-lg border border-edge/70 bg-surface px-3 py-2 text-sm placeholder:text-soft hover:border-edge"
      />
      <p id={`${id}-why`} className="text-xs text-soft">
        One a line: part of an app&apos;s name or of a window&apos;s title, * for anything. While such a
        window is active, no keys, title or screenshots are kept. The mouse and the video go on: redact to
        hide those.
      </p>
    </div>
  );
}
