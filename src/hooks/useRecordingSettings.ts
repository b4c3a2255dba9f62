import { useEffect, useState } from 'react';
import type { AppError } from '../shared/appError';
import type { RecordingSettings } from '../shared/recordingSettings';
import { callBridge } from './callBridge';

export type RecordingSettingsState = {
  /** Absent until main has answered once. */
  settings?: RecordingSettings;
  /** Why they could not be loaded or saved. */
  error?: AppError;
  save: (settings: RecordingSettings) => void;
};

/** The settings of every recording; a change is saved at once. */
export function useRecordingSettings(): RecordingSettingsState {
  const [settings, setSettings] = useState<RecordingSettings>();
  const [error, setError] = useState<AppError>();
  useEffect(() => {
    void callBridge((call) => call.getRecordingSettings()).then((reply) => {
      if (reply.ok) setSettings(reply.value);
      else setError(reply.error);
    });
  }, []);
  const save = (wanted: RecordingSettings) => {
    setSettings(wanted);
    void callBridge((call) => call.setRecordingSettings(wanted)).then((reply) => {
      if (reply.ok) setSettings(reply.value);
      setError(reply.ok ? undefined : reply.error);
    });
  };
  return { settings, error, save };
}
