import path from 'node:path';
import type { FieldProblem, FieldProblems } from '../../shared/fieldProblem';
import {
  DEFAULT_KEY_PREFIX,
  DEFAULT_MAX_RETRIES,
  DEFAULT_PART_SIZE_BYTES,
  MAX_PART_SIZE_BYTES,
  MIN_PART_SIZE_BYTES,
  type UploadConfig,
  type UploadConfigInput,
} from '../../shared/upload';
import { judgeBucketName } from './bucketName';
import { judgeEndpoint } from './endpointRule';
import { hasInvisible, INVISIBLE } from './invisible';
import type { DestinationStatus } from '../../shared/upload';
import { readAttributes } from './objectAttributesRule';

/** Settings whose secret may be unknown: not entered again after a restart, or unreadable on this account. */
export type StoredConfig = Omit<UploadConfig, 'secretAccessKey'> & {
  secretAccessKey?: string;
  allowHttp?: boolean;
  /** The keychain is locked, so the secret cannot be read now; `sessionToken` says whether one is stored. */
  locked?: { sessionToken: boolean };
};

/** Whether uploads can begin, or what is missing. The keys of a profile are fetched when needed. */
export function destinationStatus(stored: StoredConfig | null): DestinationStatus {
  if (!stored) return 'NotConfigured';
  if (stored.awsProfile !== undefined || stored.secretAccessKey) return 'ready';
  return stored.locked ? 'SecretLocked' : 'SecretMissing';
}

export type ValidatedConfig = UploadConfig & { allowHttp?: boolean };
/** Settings from the form, or from a local bucket. */
export type ConfigInput = UploadConfigInput & Pick<UploadConfig, 'provesItself'>;
export type ConfigVerdict = { config: ValidatedConfig } | { fieldProblems: FieldProblems };

/** S3 keys have at most 1,024 bytes; the session's folder and file name need fewer than 100. */
const MAX_PREFIX_BYTES = 900;
/** Maximum length of each field, in characters. */
const LONGEST_FIELDS = {
  bucket: 500,
  region: 100,
  keyPrefix: 1000,
  accessKeyId: 500,
  secretAccessKey: 2000,
  sessionToken: 10_000,
  awsProfile: 500,
  endpoint: 2000,
  caFile: 4000,
  kmsKeyId: 2048,
  storageClass: 200,
  objectTags: 8000,
} satisfies Partial<Record<keyof UploadConfigInput, number>>;
/** At a lower rate, a part would take longer than servers wait. */
const MIN_BYTES_PER_SECOND = 10_000;
/** One terabyte per second. */
const MAX_BYTES_PER_SECOND = 1e12;

/**
 * Validates the form field by field, and fills in defaults and stored secrets.
 * Secrets stored for one endpoint are never sent to another.
 */
export function judgeUploadConfig(input: ConfigInput, stored: StoredConfig | null): ConfigVerdict {
  const fieldProblems: FieldProblems = {};
  const blame = (field: keyof FieldProblems, wrong: FieldProblem | null) => {
    if (wrong !== null) fieldProblems[field] = wrong;
  };
  const endpoint = readEndpoint(input, blame);
  const bucket = input.bucket.trim();
  const region = input.region.trim();
  const awsProfile = input.awsProfile?.trim();
  const accessKeyId = awsProfile === undefined ? input.accessKeyId.trim() : '';
  const keyPrefix = withSlash(input.keyPrefix ?? stored?.keyPrefix ?? DEFAULT_KEY_PREFIX);
  const maxRetries = input.maxRetries ?? stored?.maxRetries ?? DEFAULT_MAX_RETRIES;
  const partSizeBytes = input.partSizeBytes ?? stored?.partSizeBytes ?? DEFAULT_PART_SIZE_BYTES;
  blame('bucket', judgeBucketName(bucket, endpoint === undefined && !fieldProblems.endpoint));
  blame('region', judgeRegion(region, endpoint === undefined && !fieldProblems.endpoint));
  blame('keyPrefix', judgePrefix(keyPrefix));
  if (awsProfile === undefined) blame('accessKeyId', judgeAccessKeyId(accessKeyId));
  else blame('awsProfile', judgeProfileName(awsProfile));
  blame('maxRetries', judgeMaxRetries(maxRetries));
  blame('partSizeBytes', judgePartSize(partSizeBytes));
  const { maxBytesPerSecond } = input;
  blame('maxBytesPerSecond', judgeLimit(maxBytesPerSecond));
  const caFile = withoutQuotes(input.caFile ?? '') || undefined;
  blame('caFile', judgeCaFile(caFile));
  const secrets = awsProfile === undefined ? chooseSecrets(input, stored, endpoint, accessKeyId) : NO_SECRETS;
  blame('secretAccessKey', secrets.wrong);
  blame('sessionToken', secrets.wrongToken ?? null);
  const attributes = readAttributes(input, blame);
  for (const [field, most] of Object.entries(LONGEST_FIELDS) as [keyof typeof LONGEST_FIELDS, number][])
    if ((input[field]?.length ?? 0) > most) blame(field, { kind: 'too-long', most });
  if (Object.keys(fieldProblems).length > 0) return { fieldProblems };
  const { secretAccessKey, sessionToken } = secrets;
  const { allowHttp } = input;
  // If the endpoint has a path, the bucket can only be part of the path.
  const forcePathStyle = hasPath(endpoint) || input.forcePathStyle;
  const config = { bucket, region, keyPrefix, accessKeyId, secretAccessKey, maxRetries, partSizeBytes };
  return {
    config: {
      ...config,
      awsProfile,
      sessionToken,
      endpoint,
      forcePathStyle,
      allowHttp,
      maxBytesPerSecond,
      caFile,
      ...attributes,
      provesItself: input.provesItself ?? isSamePlace(stored, { endpoint, accessKeyId }),
    },
  };
}

/** The form has no field for the proof: it stays required as long as the settings name the same local bucket. */
function isSamePlace(
  stored: StoredConfig | null,
  { endpoint, accessKeyId }: Pick<UploadConfig, 'endpoint' | 'accessKeyId'>,
): true | undefined {
  const isSame = stored?.endpoint === endpoint && stored?.accessKeyId === accessKeyId;
  return (stored?.provesItself && isSame) || undefined;
}

function readEndpoint(
  input: UploadConfigInput,
  blame: (field: keyof FieldProblems, wrong: FieldProblem) => void,
): string | undefined {
  const typed = input.endpoint?.trim();
  if (!typed) return undefined;
  const judged = judgeEndpoint(typed, input.allowHttp ?? false, input.bucket.trim());
  if ('endpoint' in judged) return judged.endpoint;
  blame('endpoint', judged.wrong);
  return undefined;
}

function hasPath(endpoint: string | undefined): boolean {
  return endpoint !== undefined && new URL(endpoint).pathname !== '/';
}

function judgeRegion(region: string, isAws: boolean): FieldProblem | null {
  if (region === '') return { kind: 'region-missing' };
  if (isAws && !/^[a-z]{2,4}(-[a-z]+)+-\d{1,2}$/.test(region)) return { kind: 'region-unknown' };
  return /^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/.test(region) ? null : { kind: 'region-characters' };
}

function withSlash(prefix: string): string {
  return prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`;
}

function judgePrefix(prefix: string): FieldProblem | null {
  if (prefix.startsWith('/')) return { kind: 'prefix-leading-slash' };
  if (hasInvisible(prefix)) return INVISIBLE;
  const segments = prefix.split('/').slice(0, -1);
  if (segments.some((segment) => segment === '..' || segment === '.')) return { kind: 'prefix-dots' };
  if (segments.includes('')) return { kind: 'prefix-double-slash' };
  return Buffer.byteLength(prefix) > MAX_PREFIX_BYTES ? { kind: 'prefix-too-long' } : null;
}

function judgeAccessKeyId(accessKeyId: string): FieldProblem | null {
  if (accessKeyId === '') return { kind: 'access-key-missing' };
  if (hasInvisible(accessKeyId)) return INVISIBLE;
  return /^[\x21-\x7e]+$/.test(accessKeyId) ? null : { kind: 'access-key-characters' };
}

/** Does not check whether the profile exists, because it may be created later. Fetching its keys shows that. */
function judgeProfileName(name: string): FieldProblem | null {
  if (name === '') return { kind: 'profile-missing' };
  if (hasInvisible(name)) return INVISIBLE;
  return /[[\]"'\\]/.test(name) ? { kind: 'profile-characters' } : null;
}

function judgeMaxRetries(maxRetries: number): FieldProblem | null {
  const fits = Number.isInteger(maxRetries) && maxRetries >= 0 && maxRetries <= 100;
  return fits ? null : { kind: 'retries-out-of-range' };
}

function judgePartSize(bytes: number): FieldProblem | null {
  const fits = Number.isInteger(bytes) && bytes >= MIN_PART_SIZE_BYTES && bytes <= MAX_PART_SIZE_BYTES;
  return fits ? null : { kind: 'part-size-out-of-range' };
}

function judgeLimit(bytesPerSecond: number | undefined): FieldProblem | null {
  const fits =
    bytesPerSecond === undefined ||
    (Number.isInteger(bytesPerSecond) &&
      bytesPerSecond >= MIN_BYTES_PER_SECOND &&
      bytesPerSecond <= MAX_BYTES_PER_SECOND);
  return fits ? null : { kind: 'limit-out-of-range' };
}

/** The token is sent in a header, which allows no other characters. */
function judgeToken(token: string | undefined): FieldProblem | null {
  if (token === undefined || /^[\x21-\x7e]+$/.test(token)) return null;
  return hasInvisible(token) ? INVISIBLE : { kind: 'token-characters' };
}

/** Does not check whether the file exists and contains certificates. The connection test does. */
function judgeCaFile(file: string | undefined): FieldProblem | null {
  if (file === undefined) return null;
  if (hasInvisible(withoutJoiners(file))) return INVISIBLE;
  return path.isAbsolute(file) ? null : { kind: 'ca-file-relative' };
}

/** "Copy as path" in Windows and shells put quotes around a path. */
function withoutQuotes(typed: string): string {
  const [, quoted] = /^(?<quote>["'])(.*)\k<quote>$/s.exec(typed.trim())?.slice(1) ?? [];
  return (quoted ?? typed).trim();
}

/** Names in some scripts, and emoji, need joiners between their letters. */
function withoutJoiners(file: string): string {
  return file.replace(/(?<=[^\p{ASCII}])[\u200c\u200d](?=[^\p{ASCII}])/gu, '');
}

type Secrets = {
  secretAccessKey: string;
  sessionToken?: string;
  wrong: FieldProblem | null;
  wrongToken?: FieldProblem | null;
};
const NO_SECRETS: Secrets = { secretAccessKey: '', wrong: null };

function chooseSecrets(
  input: UploadConfigInput,
  stored: StoredConfig | null,
  endpoint: string | undefined,
  accessKeyId: string,
): Secrets {
  const typed = input.secretAccessKey?.trim() ?? '';
  const sameServer = stored !== null && stored.endpoint === endpoint;
  const kept = sameServer ? stored.secretAccessKey : undefined;
  const keptToken = sameServer && stored.accessKeyId === accessKeyId ? stored.sessionToken : undefined;
  const secretAccessKey = typed || kept || '';
  const sessionToken = (input.sessionToken ?? keptToken)?.trim() || undefined;
  const locked = sameServer ? stored.locked : undefined;
  if (locked && secretAccessKey === '') return { secretAccessKey, wrong: { kind: 'secret-locked' } };
  const losesToken =
    locked?.sessionToken && stored?.accessKeyId === accessKeyId && input.sessionToken === undefined;
  return {
    secretAccessKey,
    sessionToken,
    wrong: judgeSecret(secretAccessKey, stored, sameServer),
    wrongToken: losesToken ? { kind: 'token-locked' } : judgeToken(sessionToken),
  };
}

function judgeSecret(secret: string, stored: StoredConfig | null, sameServer: boolean): FieldProblem | null {
  if (secret === '')
    return stored?.secretAccessKey && !sameServer
      ? { kind: 'secret-of-other-endpoint' }
      : { kind: 'secret-missing' };
  if (hasInvisible(secret)) return INVISIBLE;
  return /^[\x21-\x7e]+$/.test(secret) ? null : { kind: 'secret-characters' };
}
