import * as z from 'zod/mini';
import { clip, details, intBetween, LONGEST, MAX_EPOCH_MS, numberBetween, text, word } from './bounds';

/*
 * What went wrong, in facts. The upload engine makes problems; `shared/text/` turns them into sentences.
 */

/** The most characters of one fact. */
const LONGEST_FACT = 2000;
const fact = text(LONGEST_FACT);
/** `host:port`. Absent: Amazon S3. Empty: the settings name no valid address. */
const server = z.optional(fact);
const bucket = fact;
const profile = fact;
const status = intBetween(0, 999);
/** An action of AWS IAM, such as `s3:PutObject`; absent where it is not known. */
const right = z.optional(fact);
/** What the settings ask for with each object. */
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

/** `profile`: the AWS profile that the keys come from; absent where the settings hold them. */
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

/** Each kind of problem with what its sentences name. Nothing in it is secret. */
export const problemFactsSchema = z.discriminatedUnion('kind', [
  plain,
  ofServer,
  ofBucket,
  ofKeys,
  ofProfile,
  ofProxy,
  z.object({ kind: z.literal('proxy-unusable'), variable: fact }),
  /** `command`: the one of AWS's command line that renews it. */
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
  /** `gateway` in front of the server, by its product's name; it answered with `status`. */
  z.object({
    kind: z.literal('broken-off'),
    server,
    gateway: z.optional(fact),
    status: z.optional(status),
  }),
  z.object({ kind: z.literal('gateway-refused'), server, gateway: z.optional(fact), status }),
  z.object({ kind: z.literal('redirected'), server, status }),
  /** `to`: a page of the same host. */
  z.object({ kind: z.literal('redirected-to-page'), server, to: fact }),
  /** `to`: an origin. */
  z.object({ kind: z.enum(['redirected-elsewhere', 'redirected-to-http']), server, to: fact }),
  /** `endpoint`: what the server named instead. */
  z.object({ kind: z.literal('https-only'), server, endpoint: fact }),
  /** Already in words: from a part of the program outside the engine, or recorded by an earlier version. */
  z.object({ kind: z.literal('told'), message: text(LONGEST.line), action: text(LONGEST.line) }),
]);
export type ProblemFacts = z.infer<typeof problemFactsSchema>;
export type ProblemKind = ProblemFacts['kind'];
/** Kinds whose name says everything. */
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
  /** Raw text: HTTP status, request id, what the server said. */
  details: z.optional(details),
});
export type Problem = z.infer<typeof problemSchema>;

/** The problem that an upload has. */
export const uploadProblemSchema = z.extend(problemSchema, {
  /** Nothing is tried again without the user, although another attempt may help. */
  givenUp: z.optional(z.literal(true)),
  /** How long the destination had been unreachable when it was tried last. */
  unreachableForMs: z.optional(numberBetween(0, MAX_EPOCH_MS)),
});
export type UploadProblem = z.infer<typeof uploadProblemSchema>;

/** The same as a store keeps it. What a newer version wrote of a kind that this one does not know keeps its code. */
export const keptProblemSchema = z.extend(uploadProblemSchema, {
  facts: z.catch(problemFactsSchema, { kind: 'unrecognized' }),
});

/** A problem within its bounds: a server may say more than is kept of it. */
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
