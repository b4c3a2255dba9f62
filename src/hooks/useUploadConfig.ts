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
  /** The AWS profiles found; absent until main has answered, or if it cannot read them. */
  profiles?: readonly AwsProfileView[];
  /** Whether the saved credentials are temporary, and links made with them expire with them. */
  temporaryKeys: boolean;
  reload: () => void;
  save: (input: UploadConfigInput) => Promise<Reply<SaveConfigResult>>;
  test: (input: UploadConfigInput) => Promise<Reply<ValidateConfigResult>>;
  /** Copies a text to the clipboard. */
  copy: (text: string) => Promise<Reply<void>>;
};

const askMain = () => callBridge((call) => call.getUploadConfig());

/** The destination's settings, as far as a page may read them. */
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
    // The profiles are only suggestions: the user can type a name, and an unusable one is reported on use.
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
    // A test determines the destination's capabilities.
    if (reply.ok && reply.value.valid) reload();
    return reply;
  };
  const copy = (text: string) => callBridge((call) => call.copyText(text));
  const temporaryKeys = endsByItself(snapshot?.config, profiles);
  return { snapshot, loadError, profiles, temporaryKeys, reload, save, test, copy };
}

/** A profile's keys expire unless they are in its file; an unknown profile's keys are assumed to expire. */
function endsByItself(
  config: UploadConfigSnapshot['config'] | undefined,
  profiles: readonly AwsProfileView[] = [],
): boolean {
  if (!config) return false;
  if (config.awsProfile === undefined) return config.sessionToken.configured;
  return profiles.find(({ name }) => name === config.awsProfile)?.kind !== 'keys';
}
