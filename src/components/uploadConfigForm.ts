import {
  DEFAULT_KEY_PREFIX,
  DEFAULT_MAX_RETRIES,
  DEFAULT_PART_SIZE_BYTES,
  type Encryption,
  type UploadConfigField,
  type UploadConfigInput,
  type UploadConfigView,
} from '../shared/upload';

const MIB = 1024 * 1024;
/** Speeds use powers of 1,000, as everywhere in the app. */
const MEGABYTE = 1_000_000;

/** The form's own values: text as typed. */
export type UploadConfigForm = {
  bucket: string;
  region: string;
  keyPrefix: string;
  endpoint: string;
  forcePathStyle: boolean;
  signIn: 'keys' | 'profile';
  awsProfile: string;
  accessKeyId: string;
  /** Empty means: keep the stored one. */
  secretAccessKey: string;
  /** Empty means: keep the stored one, unless `removeSessionToken`. */
  sessionToken: string;
  removeSessionToken: boolean;
  partSizeMib: string;
  maxRetries: string;
  /** Empty means: no limit. */
  maxMegabytesPerSecond: string;
  caFile: string;
  /** Empty means: the bucket's default. */
  encryption: '' | Encryption;
  kmsKeyId: string;
  storageClass: string;
  /** `name=value`, separated by commas. */
  objectTags: string;
  secretStorage: '' | 'session-only' | 'weak';
  allowHttp: boolean;
};

/** The fields in page order: the first wrong one gets the focus. */
export const fieldOrder: readonly (keyof UploadConfigForm)[] = [
  'bucket',
  'region',
  'keyPrefix',
  'endpoint',
  'allowHttp',
  'forcePathStyle',
  'awsProfile',
  'accessKeyId',
  'secretAccessKey',
  'secretStorage',
  'partSizeMib',
  'maxRetries',
  'maxMegabytesPerSecond',
  'caFile',
  'encryption',
  'kmsKeyId',
  'storageClass',
  'objectTags',
  'sessionToken',
];

/** The form's values for saved settings, or for none. Secrets are never returned. */
export function toForm(config: UploadConfigView | null): UploadConfigForm {
  const storage = config?.secretStorage;
  return {
    bucket: config?.bucket ?? '',
    region: config?.region ?? '',
    keyPrefix: config?.keyPrefix ?? DEFAULT_KEY_PREFIX,
    endpoint: config?.endpoint ?? '',
    forcePathStyle: config?.forcePathStyle ?? false,
    signIn: config?.awsProfile === undefined ? 'keys' : 'profile',
    awsProfile: config?.awsProfile ?? '',
    accessKeyId: config?.accessKeyId ?? '',
    secretAccessKey: '',
    sessionToken: '',
    removeSessionToken: false,
    partSizeMib: String((config?.partSizeBytes ?? DEFAULT_PART_SIZE_BYTES) / MIB),
    maxRetries: String(config?.maxRetries ?? DEFAULT_MAX_RETRIES),
    maxMegabytesPerSecond: config?.maxBytesPerSecond ? String(config.maxBytesPerSecond / MEGABYTE) : '',
    caFile: config?.caFile ?? '',
    ...attributesOf(config),
    secretStorage: storage === 'session-only' || storage === 'weak' ? storage : '',
    allowHttp: config?.allowHttp ?? false,
  };
}

function attributesOf(config: UploadConfigView | null) {
  const { encryption = '', kmsKeyId = '', storageClass = '', objectTags = {} } = config ?? {};
  const pairs = Object.entries(objectTags).map(([name, value]) => `${name}=${value}`);
  return { encryption, kmsKeyId, storageClass, objectTags: pairs.join(', ') } as const;
}

/** Whether two forms have the same value in every field. */
export function isSameForm(a: Partial<UploadConfigForm>, b: UploadConfigForm): boolean {
  return (Object.keys(b) as (keyof UploadConfigForm)[]).every((field) => a[field] === b[field]);
}

/** Whether `input` changed the saved settings from `before` to `after`. A submitted secret counts as a change. */
export function hasChangedSettings(
  before: UploadConfigView | null,
  after: UploadConfigView,
  { secretAccessKey, sessionToken }: UploadConfigInput,
): boolean {
  if (before === null || !isSameForm(toForm(before), toForm(after))) return true;
  const hasRemovedToken = sessionToken === '' && before.sessionToken.configured;
  return Boolean(secretAccessKey) || Boolean(sessionToken) || hasRemovedToken;
}

/** The part of an unsaved form that may be kept: everything but the secrets. */
export function withoutSecrets(form: UploadConfigForm): UploadConfigForm {
  return { ...form, secretAccessKey: '', sessionToken: '' };
}

/**
 * The form as input for main. Numbers must have passed `checkNumber` or `checkOptionalNumber`; surrounding whitespace
 * is trimmed.
 */
export function toInput(form: UploadConfigForm): UploadConfigInput {
  const input: UploadConfigInput = {
    bucket: form.bucket.trim(),
    region: form.region.trim(),
    keyPrefix: form.keyPrefix.trim(),
    maxRetries: Number(form.maxRetries),
    partSizeBytes: Math.round(Number(form.partSizeMib) * MIB),
    forcePathStyle: form.forcePathStyle,
    allowHttp: form.allowHttp,
    ...(form.signIn === 'profile' ? { accessKeyId: '', awsProfile: form.awsProfile.trim() } : keysOf(form)),
  };
  if (form.endpoint.trim() !== '') input.endpoint = form.endpoint.trim();
  if (form.maxMegabytesPerSecond.trim() !== '')
    input.maxBytesPerSecond = toWholeBytes(Number(form.maxMegabytesPerSecond) * MEGABYTE);
  if (form.caFile.trim() !== '') input.caFile = form.caFile.trim();
  if (form.encryption !== '') input.encryption = form.encryption;
  if (form.encryption === 'sse-kms' && form.kmsKeyId.trim() !== '') input.kmsKeyId = form.kmsKeyId.trim();
  if (form.storageClass.trim() !== '') input.storageClass = form.storageClass.trim();
  if (form.objectTags.trim() !== '') input.objectTags = form.objectTags.trim();
  return input;
}

/** A tiny limit must not be rounded to "no limit". */
function toWholeBytes(bytes: number): number {
  return bytes > 0 ? Math.max(1, Math.round(bytes)) : bytes;
}

function keysOf(form: UploadConfigForm) {
  const keys: Pick<UploadConfigInput, 'accessKeyId' | 'secretAccessKey' | 'sessionToken' | 'secretStorage'> =
    { accessKeyId: form.accessKeyId.trim() };
  if (form.secretAccessKey !== '') keys.secretAccessKey = form.secretAccessKey.trim();
  if (form.removeSessionToken) keys.sessionToken = '';
  else if (form.sessionToken !== '') keys.sessionToken = form.sessionToken.trim();
  if (form.secretStorage !== '') keys.secretStorage = form.secretStorage;
  return keys;
}

/** Checks only that the text is a number; main checks its range. Undefined if it is one. */
export function checkNumber(text: string): string | undefined {
  return text.trim() === '' || !Number.isFinite(Number(text)) ? 'Enter a number.' : undefined;
}

/** Like `checkNumber`, for an optional field. */
export function checkOptionalNumber(text: string): string | undefined {
  return text.trim() === '' ? undefined : checkNumber(text);
}

/** The form field for a field of main. */
export function toFormField(field: UploadConfigField): keyof UploadConfigForm {
  if (field === 'partSizeBytes') return 'partSizeMib';
  return field === 'maxBytesPerSecond' ? 'maxMegabytesPerSecond' : field;
}

/** Whether the address uses an unencrypted connection. */
export function isPlainHttp(endpoint: string): boolean {
  return /^\s*http:\/\//i.test(endpoint);
}
