import * as z from 'zod/mini';
import { clip, details, intBetween, LONGEST, MAX_EPOCH_MS, numberBetween, text, word } from './bounds';

/* Problems as facts. The upload engine creates them; `shared/text/` turns them into sentences. */

/** Maximum length of one fact, in characters. */
const LONGEST_FACT = 2000;
const fact = text(LONGEST_FACT);
/** `host:port`. Absent: Amazon S3. Empty: the settings contain no valid address. */
const server = z.optional(fact);
const bucket = fact;
const profile = fact;
const status = intBetween(0, 999);
/** An action of AWS IAM, such as `s3:PutObject`; absent if unknown. */
const right = z.optional(fact);
/** The attributes of every object in the settings. */
const attribute = z.enum(['encryption-key', 'encryption', 'storage-class', 'object-tags']);

const plain = z.object({
  kind: z.enum([
    'file-missing',
    'file-damaged',
    'file-changing',
    'disk-full',
    'state-not-saved',
    'internal',
    'unrecognized',
    'not-configured',
    'destination-unknown',
    'secret-missing',
    'secret-locked',
    'ca-file-unusable',
    'profiles-unreadable',
    'sign-in-page',
    'cancelled',
    'program-closed',
    'object-missing',
    'object-archived',
    'object-exists',
    'object-damaged',
    'key-occupied',
    'not-verifiable',
    'not-there-yet',
    'not-checked-yet',
    'file-too-large',
    'parts-too-small',
    'object-tags-refused',
    'damaged-on-the-way',
    'upload-unknown',
    'upload-never-known',
    'upload-keeps-vanishing',
  ]),
});

const ofServer = z.object({
  kind: z.enum([
    'unreachable',
    'connection-refused',
    'handshake-stalled',
    'server-not-proven',
    'throttled',
    'trickled-reply',
    'refused',
    'web-page',
    'not-tls',
    'certificate-date',
    'certificate-name',
    'certificate-untrusted',
  ]),
  server,
});

const ofBucket = z.object({
  kind: z.enum(['bucket-name-invalid', 'bucket-in-endpoint', 'bucket-full', 'storage-class-unknown']),
  bucket,
});

/** `profile`: the AWS profile that provides the keys; absent if the settings contain them. */
const ofKeys = z.object({
  kind: z.enum([
    'access-key-unknown',
    'secret-wrong',
    'session-token-invalid',
    'credentials-expired',
    'setting-not-sendable',
  ]),
  profile: z.optional(profile),
});

const ofProfile = z.object({
  kind: z.enum([
    'profile-missing',
    'profile-without-keys',
    'profile-uses-surroundings',
    'profile-wants-mfa',
    'profile-role-refused',
    'profile-command-failed',
    'profile-command-offline',
    'profile-too-slow',
    'profile-unusable',
  ]),
  profile,
});

/** `proxy`: `host:port`. `variable`: the environment variable that names it. */
const ofProxy = z.object({
  kind: z.enum([
    'proxy-unreachable',
    'proxy-silent',
    'proxy-not-tls',
    'proxy-certificate',
    'proxy-cannot-reach-server',
    'proxy-wants-sign-in',
    'proxy-refused',
  ]),
  proxy: fact,
  variable: fact,
  server,
});

/** Each kind of problem, with the facts for its sentences. Contains no secrets. */
export const problemFactsSchema = z.discriminatedUnion('kind', [
  plain,
  ofServer,
  ofBucket,
  ofKeys,
  ofProfile,
  ofProxy,
  z.object({ kind: z.literal('proxy-unusable'), variable: fact }),
  /** `command`: the AWS CLI command that renews the sign-in. */
  z.object({ kind: z.literal('sign-in-expired'), profile, command: z.enum(['sso', 'login']) }),
  z.object({ kind: z.literal('bucket-missing'), bucket, server }),
  z.object({ kind: z.literal('denied'), bucket, right }),
  z.object({ kind: z.literal('encryption-key-unusable'), bucket, right }),
  z.object({ kind: z.literal('other-region'), bucket, region: z.optional(fact) }),
  z.object({ kind: z.enum(['attribute-demanded', 'attribute-refused']), attribute }),
  z.object({ kind: z.literal('encryption-demanded'), encryption: z.enum(['sse-s3', 'sse-kms']) }),
  /** How far this computer's clock is ahead of the server's. */
  z.object({
    kind: z.literal('clock-wrong'),
    aheadMs: z.optional(numberBetween(-Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)),
  }),
  /** `gateway`: product name of a gateway in front of the server, which answered with `status`. */
  z.object({
    kind: z.literal('broken-off'),
    server,
    gateway: z.optional(fact),
    status: z.optional(status),
  }),
  z.object({ kind: z.literal('gateway-refused'), server, gateway: z.optional(fact), status }),
  z.object({ kind: z.literal('redirected'), server, status }),
  /** `to`: a page on the same host. */
  z.object({ kind: z.literal('redirected-to-page'), server, to: fact }),
  /** `to`: an origin. */
  z.object({ kind: z.enum(['redirected-elsewhere', 'redirected-to-http']), server, to: fact }),
  /** `endpoint`: the address that the server named instead. */
  z.object({ kind: z.literal('https-only'), server, endpoint: fact }),
  /** Already in words: from a part of the program outside the engine, or recorded by an earlier version. */
  z.object({ kind: z.literal('told'), message: text(LONGEST.line), action: text(LONGEST.line) }),
]);
export type ProblemFacts = z.infer<typeof problemFactsSchema>;
export type ProblemKind = ProblemFacts['kind'];
/** Kinds without facts. */
export type PlainKind = z.infer<typeof plain>['kind'];
export type ServerKind = z.infer<typeof ofServer>['kind'];
export type ProxyKind = z.infer<typeof ofProxy>['kind'];
/** The facts of one kind. */
export type FactsOf<K extends ProblemKind> = ProblemFacts extends infer F
  ? F extends { kind: ProblemKind }
    ? K extends F['kind']
      ? Omit<F, 'kind'> & { kind: K }
      : never
    : never
  : never;

export const problemSchema = z.object({
  /** Stable, for programs: S3's code, the system's, or one of ours. */
  code: word,
  facts: problemFactsSchema,
  /** Raw text: HTTP status, request id, the server's message. */
  details: z.optional(details),
});
export type Problem = z.infer<typeof problemSchema>;

/** The problem of an upload. */
export const uploadProblemSchema = z.extend(problemSchema, {
  /** Retried only by the user, although another attempt may help. */
  givenUp: z.optional(z.literal(true)),
  /** How long the destination had been unreachable at the last attempt. */
  unreachableForMs: z.optional(numberBetween(0, MAX_EPOCH_MS)),
});
export type UploadProblem = z.infer<typeof uploadProblemSchema>;

/** Stored form of an upload's problem. A kind from a newer version becomes `unrecognized` and keeps its code. */
export const keptProblemSchema = z.extend(uploadProblemSchema, {
  facts: z.catch(problemFactsSchema, { kind: 'unrecognized' }),
});

/** Truncates a problem to its bounds: a server may send longer texts. */
export function boundedProblem<P extends Problem>(problem: P): P {
  const { code, facts, details: said } = problem;
  const most = facts.kind === 'told' ? LONGEST.line : LONGEST_FACT;
  const bounded = Object.entries(facts).map(([name, value]) => [
    name,
    typeof value === 'string' ? clip(value, most) : value,
  ]);
  return {
    ...problem,
    code: clip(code, LONGEST.word),
    facts: Object.fromEntries(bounded) as ProblemFacts,
    ...(said !== undefined && { details: clip(said, LONGEST.details) }),
  };
}

/** An error that carries a problem. Its `message` is for logs. */
export class ProblemFailure extends Error {
  readonly problem: Problem;
  constructor(problem: Problem, options?: ErrorOptions) {
    const { kind, ...facts } = problem.facts;
    super(`${problem.code}: ${kind} ${JSON.stringify(facts)}`, options);
    this.name = 'ProblemFailure';
    this.problem = boundedProblem(problem);
  }
}
