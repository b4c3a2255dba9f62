import os from 'node:os';
import path from 'node:path';
import { AppFailure } from '../../shared/appError';
import { realFolder } from '../../lib/guardedFiles';
import { isLoopbackHost } from '../../lib/loopbackHost';
import type { FieldProblem, FieldProblems } from '../../shared/fieldProblem';
import { describeField } from '../../shared/text/settingsErrors';
import type { UploadConfig } from '../../shared/upload';
import { judgeUploadConfig } from '../../upload/destination/configRules';

/** The options as parsed by `scripts/upload.mjs`; `paths` as typed. */
export type UploadOptions = {
  paths: string[];
  to: string;
  endpoint?: string;
  region?: string;
  profile?: string;
  parallel?: string;
  bandwidth?: string;
  'part-size'?: string;
  'ca-file'?: string;
  'path-style'?: boolean;
  'allow-http'?: boolean;
  overwrite?: boolean;
  include?: string[];
  exclude?: string[];
  'state-dir'?: string;
  json?: boolean;
  'dry-run'?: boolean;
};

/** The parsed options. */
export type Wishes = {
  bucket: string;
  /** Empty, or ends with "/". */
  prefix: string;
  /** Absent: the runner's default. */
  parallel?: number;
  overwrite: boolean;
  include: string[];
  exclude: string[];
  stateDir: string;
};

export type Environment = Record<string, string | undefined>;

const MOST_PARALLEL = 64;

/** A usage error as a sentence. */
export function wrongUse(message: string, action = 'See --help for what can be given.'): AppFailure {
  return new AppFailure({ code: 'WrongUse', message, action });
}

/** @throws AppFailure `WrongUse` */
export function readWishes(options: UploadOptions, env: Environment, cwd: string): Wishes {
  const [, bucket, prefix = ''] = /^s3:\/\/([^/]+)(?:\/(.*))?$/s.exec(options.to) ?? [];
  if (!bucket) throw wrongUse(`--to must be s3://bucket or s3://bucket/prefix, not “${options.to}”.`);
  const parallel = options.parallel === undefined ? undefined : Number(options.parallel);
  if (parallel !== undefined && (!Number.isInteger(parallel) || parallel > MOST_PARALLEL))
    throw wrongUse(`--parallel must be a whole number from 1 to ${MOST_PARALLEL}.`);
  return {
    bucket,
    prefix: prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`,
    parallel,
    overwrite: options.overwrite ?? false,
    include: options.include ?? [],
    exclude: options.exclude ?? [],
    stateDir: realFolder(path.resolve(cwd, options['state-dir'] ?? defaultStateDir(env))),
  };
}

/**
 * Reads the settings of the destination. Keys come from `--profile`, the environment, or the default profile, in this
 * order, as in AWS's own tools.
 * @param hasDefaultProfile whether AWS's files on this computer have a profile `default`
 * @throws AppFailure `WrongUse` or `NoCredentials`
 */
export function readConfig(
  options: UploadOptions,
  { bucket, prefix }: Wishes,
  env: Environment,
  {
    cwd,
    hasDefaultProfile,
    profileRegion,
  }: { cwd: string; hasDefaultProfile: boolean; profileRegion?: string },
): UploadConfig {
  const endpoint = options.endpoint ?? env.AWS_ENDPOINT_URL_S3 ?? env.AWS_ENDPOINT_URL;
  const region = options.region ?? env.AWS_REGION ?? env.AWS_DEFAULT_REGION ?? profileRegion;
  if (region === undefined && endpoint === undefined)
    throw wrongUse('The region of the bucket is missing.', 'Give it with --region, or set AWS_REGION.');
  const host = URL.parse(endpoint ?? '')?.hostname;
  const isLoopback = host !== undefined && isLoopbackHost(host);
  const maxBytesPerSecond = readSize('bandwidth', options.bandwidth);
  const partSizeBytes = readSize('part-size', options['part-size']);
  const verdict = judgeUploadConfig(
    {
      ...{ bucket, keyPrefix: prefix, region: region ?? 'us-east-1', endpoint },
      ...credentials(options, env, hasDefaultProfile),
      ...{ maxBytesPerSecond, partSizeBytes },
      caFile: options['ca-file'] && path.resolve(cwd, options['ca-file']),
      // Subdomains of a loopback or other bare address do not resolve.
      forcePathStyle: options['path-style'] ?? (isLoopback || undefined),
      allowHttp: options['allow-http'] ?? isLoopback,
    },
    null,
  );
  if ('fieldProblems' in verdict) throw wrongUse(sentenceFor(verdict.fieldProblems));
  return verdict.config;
}

/** The profile that provides the keys, if any. */
export function profileOf(options: UploadOptions, env: Environment): string | undefined {
  return options.profile ?? (env.AWS_ACCESS_KEY_ID ? undefined : (env.AWS_PROFILE ?? 'default'));
}

function credentials(options: UploadOptions, env: Environment, hasDefaultProfile: boolean) {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = env;
  const awsProfile = options.profile ?? (accessKeyId ? undefined : env.AWS_PROFILE);
  if (awsProfile !== undefined) return { awsProfile, accessKeyId: '' };
  if (accessKeyId && secretAccessKey)
    return { accessKeyId, secretAccessKey, sessionToken: env.AWS_SESSION_TOKEN || undefined };
  if (!accessKeyId && hasDefaultProfile) return { awsProfile: 'default', accessKeyId: '' };
  throw new AppFailure({
    code: 'NoCredentials',
    message: 'There are no credentials for the bucket.',
    action:
      'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a profile of AWS’s tools with --profile.',
  });
}

/** The option or variable that sets each field. */
const SOURCES: Partial<Record<keyof FieldProblems, string>> = {
  bucket: '--to (bucket)',
  keyPrefix: '--to (prefix)',
  region: '--region',
  endpoint: '--endpoint',
  accessKeyId: 'AWS_ACCESS_KEY_ID',
  secretAccessKey: 'AWS_SECRET_ACCESS_KEY',
  sessionToken: 'AWS_SESSION_TOKEN',
  awsProfile: '--profile',
  maxBytesPerSecond: '--bandwidth',
  partSizeBytes: '--part-size',
  caFile: '--ca-file',
};

function sentenceFor(problems: FieldProblems): string {
  const [[field, problem]] = Object.entries(problems) as [[keyof FieldProblems, FieldProblem]];
  return `${SOURCES[field] ?? field}: ${describeField(problem, 'terminal')}`;
}

const UNITS: Record<string, number> = {
  '': 1,
  k: 1000,
  m: 1000 ** 2,
  g: 1000 ** 3,
  ki: 1024,
  mi: 1024 ** 2,
  gi: 1024 ** 3,
};

/** Parses `10MB`, `512KiB` or `1000000` into bytes. */
function readSize(name: string, typed: string | undefined): number | undefined {
  if (typed === undefined) return undefined;
  const [, digits, unit] = /^(\d+(?:\.\d+)?) ?(k|m|g|ki|mi|gi|)b?(?:\/s|ps)?$/i.exec(typed.trim()) ?? [];
  const factor = UNITS[unit?.toLowerCase() ?? '-'];
  if (digits === undefined || factor === undefined)
    throw wrongUse(`--${name} must be a size such as 10MB, 512KiB or 1000000, not “${typed}”.`);
  return Math.round(Number(digits) * factor);
}

/** A private folder of the user that survives restarts and is not synced to other computers. */
function defaultStateDir(env: Environment): string {
  const { platform } = process;
  const named = { win32: env.LOCALAPPDATA, darwin: undefined }[platform as string] ?? env.XDG_STATE_HOME;
  const usual = { win32: ['AppData', 'Local'], darwin: ['Library', 'Application Support'] }[
    platform as string
  ];
  const base =
    platform !== 'darwin' && named && path.isAbsolute(named)
      ? named
      : path.join(homeFolder(), ...(usual ?? ['.local', 'state']));
  return path.join(base, 'session-recorder', 'uploads');
}

function homeFolder(): string {
  try {
    const home = os.homedir();
    if (home) return home;
  } catch {
    // Neither HOME nor an entry for the user: reported below.
  }
  throw wrongUse('This user has no home folder to keep the state in.', 'Name a folder with --state-dir.');
}
