import { useCallback, useEffect, useState } from 'react';
import type { AppError, Reply } from '../shared/appError';
import type {
  AwsProfileView,
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
  /** The AWS profiles found; absent until main has answered, or where it cannot read them. */
  profiles?: readonly AwsProfileView[];
  /** Whether the saved keys end by themselves, and links made with them. */
  temporaryKeys: boolean;
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
  const [profiles, setProfiles] = useState<readonly AwsProfileView[]>();
  const reload = useCallback(() => {
    void askMain().then(take);
    // They are an offer only: a name can be typed, and why it cannot be used is told when it is.
    void callBridge((call) => call.listAwsProfiles()).then((reply) => {
      if (reply.ok) setProfiles(reply.value);
    });
  }, [take]);
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
  const temporaryKeys = endsByItself(snapshot?.config, profiles);
  return { snapshot, loadError, profiles, temporaryKeys, reload, save, test, copy };
}

/** Of a profile, all but keys that stand in its file end; one that is not known is taken to. */
function endsByItself(
  config: UploadConfigSnapshot['config'] | undefined,
  profiles: readonly AwsProfileView[] = [],
): boolean {
  if (!config) return false;
  if (config.awsProfile === undefined) return config.sessionToken.configured;
  return profiles.find(({ name }) => name === config.awsProfile)?.kind !== 'keys';
}
