import { useCallback, useEffect, useState } from 'react';
import type { AppError, Reply } from '../shared/appError';
import type {
  SaveConfigResult,
  UploadConfigInput,
  UploadConfigSnapshot,
  ValidateConfigResult,
} from '../shared/upload';
import { callBridge } from './callBridge';

export type UploadSettings = {
  /** Absent until main has answered once. */
  snapshot?: UploadConfigSnapshot;
  loadError?: AppError;
  reload: () => void;
  save: (input: UploadConfigInput) => Promise<Reply<SaveConfigResult>>;
  test: (input: UploadConfigInput) => Promise<Reply<ValidateConfigResult>>;
  /** Puts a text on the clipboard. */
  copy: (text: string) => Promise<Reply<void>>;
};

const askMain = () => callBridge((call) => call.getUploadConfig());

/** The destination's settings as far as a page may see them. */
export function useUploadConfig(): UploadSettings {
  const [snapshot, setSnapshot] = useState<UploadConfigSnapshot>();
  const [loadError, setLoadError] = useState<AppError>();

  const take = useCallback((reply: Reply<UploadConfigSnapshot>) => {
    if (reply.ok) setSnapshot(reply.value);
    setLoadError(reply.ok ? undefined : reply.error);
  }, []);
  const reload = useCallback(() => void askMain().then(take), [take]);
  useEffect(reload, [reload]);

  const save = async (input: UploadConfigInput) => {
    const reply = await callBridge((call) => call.setUploadConfig(input));
    if (reply.ok && reply.value.saved) {
      const { config } = reply.value;
      setSnapshot((now) => now && { ...now, config });
      reload();
    }
    return reply;
  };
  const test = async (input: UploadConfigInput) => {
    const reply = await callBridge((call) => call.validateUploadConfig(input));
    // A test finds out what the destination can do.
    if (reply.ok && reply.value.valid) reload();
    return reply;
  };
  const copy = (text: string) => callBridge((call) => call.copyText(text));
  return { snapshot, loadError, reload, save, test, copy };
}
