import { readJsonFile, writeJsonFile, type JsonFileContext } from '../lib/jsonFile';
import { Remembered } from '../lib/remembered';
import { configFileSpec, fromConfigFile, toConfigFile } from '../upload/destination/configFile';
import {
  destinationStatus,
  judgeUploadConfig,
  type ConfigInput,
  type StoredConfig,
  type ValidatedConfig,
} from '../upload/destination/configRules';
import { describeFields, describeStorage } from '../shared/text/settingsErrors';
import { requireSettings } from './upload/uploadRefusals';
import type {
  FieldErrors,
  SecretStorage,
  SecretView,
  UploadConfig,
  UploadConfigInput,
  UploadConfigSnapshot,
  UploadConfigView,
} from '../shared/upload';
import type { SecretBox } from '../shared/runtime';

export { destinationStatus, type StoredConfig } from '../upload/destination/configRules';

export type UploadConfigStore = {
  /** Null if nothing was ever saved. The secret is absent if the user has to enter it again. */
  loadUploadConfig(): Promise<StoredConfig | null>;
  /** The configuration with its secret; null if there is none or its secret is missing. */
  loadWithSecret(): Promise<UploadConfig | null>;
  /** Like `loadWithSecret`. @throws ProblemFailure NotConfigured, SecretMissing, SecretLocked */
  requireWithSecret(): Promise<UploadConfig>;
  /** Validates, then saves atomically, with secrets as ciphertext. With `fieldErrors` nothing was saved. */
  saveUploadConfig(input: ConfigInput): Promise<SavedConfig>;
  /** The configuration without its secrets. */
  view(): Promise<UploadConfigSnapshot>;
};

export type SavedConfig =
  { saved: true; config: UploadConfigView } | { saved: false; fieldErrors: FieldErrors };

export type UploadConfigStoreParts = {
  file: string;
  secrets: SecretBox;
  /** The stored secret was encrypted under another account or machine, or the keychain is locked. */
  onUnreadableSecret: (cause: unknown) => void;
  /** The keychain was locked, and the secret can be read now. */
  onUnlocked?: () => void;
  /** Called for each secret that becomes known, typed or stored: logs must not contain it. */
  hideSecret: (secret: string) => void;
} & JsonFileContext;

/** Validates the form field by field and fills in defaults and stored secrets. */
export function validateUploadConfig(
  input: ConfigInput,
  stored: StoredConfig | null,
): { config: ValidatedConfig } | { fieldErrors: FieldErrors } {
  const verdict = judgeUploadConfig(input, stored);
  return 'config' in verdict ? verdict : { fieldErrors: describeFields(verdict.fieldProblems) };
}

type Known = { config: StoredConfig; storage: SecretStorage };

/** Keeps the settings of the destination. Plain-text secrets exist in memory only. */
export function createUploadConfigStore(parts: UploadConfigStoreParts): UploadConfigStore {
  const { file, secrets: box } = parts;
  const { current, known } = unlocking(parts);
  const loadUploadConfig = async () => (await current())?.config ?? null;

  async function saveUploadConfig(input: ConfigInput): Promise<SavedConfig> {
    const before = await current();
    hideSecrets(input, parts.hideSecret);
    const verdict = validateUploadConfig(input, before?.config ?? null);
    if ('fieldErrors' in verdict) return { saved: false, fieldErrors: verdict.fieldErrors };
    const { config } = verdict;
    const storage = await chooseStorage(box, input, config, before);
    if (!storage) return { saved: false, fieldErrors: { secretStorage: describeStorage('no-keychain') } };
    const content = await toConfigFile(config, storage, box).catch(() => null);
    if (!content) return { saved: false, fieldErrors: { secretAccessKey: describeStorage('not-encrypted') } };
    await writeJsonFile(file, content);
    known.set({ config, storage });
    return { saved: true, config: viewOf({ config, storage }) };
  }

  return {
    loadUploadConfig,
    async loadWithSecret() {
      const config = await loadUploadConfig();
      return config && destinationStatus(config) === 'ready' ? withSecret(config) : null;
    },
    async requireWithSecret() {
      const config = await loadUploadConfig();
      requireSettings(config);
      return withSecret(config!);
    },
    saveUploadConfig,
    async view() {
      const now = await current();
      return { config: now && viewOf(now), systemEncrypts: await box.encrypts() };
    },
  };
}

const withSecret = (config: StoredConfig): UploadConfig => ({
  ...config,
  secretAccessKey: config.secretAccessKey ?? '',
});

/** Caches the settings. While the keychain is locked, each read asks for the secrets again. */
function unlocking(parts: UploadConfigStoreParts) {
  const { onUnlocked = () => undefined } = parts;
  const known = new Remembered(() => readKnown(parts));
  const quietly = { ...parts, onUnreadableSecret: () => undefined };
  const again = new Remembered(async () => {
    const before = await known.get();
    const now = await readKnown(quietly);
    // Other settings may have been saved meanwhile.
    if (now?.config.locked || (await known.get()) !== before) return;
    known.set(now);
    onUnlocked();
  });
  const current = async () => {
    if ((await known.get())?.config.locked) await again.get().finally(() => again.forget());
    return known.get();
  };
  return { current, known };
}

async function readKnown(parts: UploadConfigStoreParts): Promise<Known | null> {
  const content = await readJsonFile(parts.file, configFileSpec, parts);
  if (!content) return null;
  const config = await fromConfigFile(content, parts.secrets, parts.onUnreadableSecret);
  hideSecrets(config, parts.hideSecret);
  return { config, storage: content.secrets.storage };
}

/** Whitespace around a secret is not part of it. */
export function hideSecrets(
  { secretAccessKey, sessionToken }: Pick<UploadConfigInput, 'secretAccessKey' | 'sessionToken'>,
  hide: (secret: string) => void,
): void {
  for (const secret of [secretAccessKey, sessionToken]) if (secret?.trim()) hide(secret.trim());
}

/**
 * How the secrets will be stored; a profile has none. Null if the system cannot encrypt and the user has not chosen.
 */
async function chooseStorage(
  box: SecretBox,
  input: UploadConfigInput,
  config: ValidatedConfig,
  before: Known | null,
): Promise<SecretStorage | null> {
  if (await box.encrypts()) return 'encrypted';
  if (config.awsProfile !== undefined) return 'session-only';
  if (input.secretStorage) return input.secretStorage;
  const unchanged =
    before?.config.secretAccessKey === config.secretAccessKey &&
    before.config.sessionToken === config.sessionToken;
  return unchanged && before.storage !== 'encrypted' ? before.storage : null;
}

function viewOf({ config, storage }: Known): UploadConfigView {
  const { secretAccessKey, sessionToken, locked, ...open } = config;
  return {
    ...open,
    secretAccessKey: locked ? { configured: true, locked: true } : secretView(secretAccessKey),
    sessionToken: locked?.sessionToken ? { configured: true, locked: true } : secretView(sessionToken),
    secretStorage: open.awsProfile === undefined ? storage : undefined,
  };
}

/** The last four characters tell two keys apart; of a short secret they would reveal too much. */
function secretView(secret: string | undefined): SecretView {
  if (!secret) return { configured: false };
  return secret.length >= 12 ? { configured: true, last4: secret.slice(-4) } : { configured: true };
}
