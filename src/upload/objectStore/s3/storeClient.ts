import { S3Client } from '@aws-sdk/client-s3';
import { ObjectStoreError, type RateLimiter } from '../objectStore';
import { classifyError } from './classifyError';
import { Dialect } from './dialect';
import { DirectRequests } from './directRequests';
import { readErrorFacts, type ErrorFacts } from './errorFacts';
import type { Environment } from './proxy/proxyServer';
import { asRequestHandler, createS3RequestHandler, type Credentials } from './s3RequestHandler';
import type { TransportTimeouts } from './stallWatch';
import { untilAborted } from './untilAborted';
import { HttpTransport, type TransportRequest } from './httpTransport';
import type { ObjectAttributes } from '../../../shared/upload';

/**
 * Called before the first request, shortly before `expiration`, and once for credentials other than those `refused`.
 */
export type CredentialSource = (refused?: Credentials) => Promise<Credentials>;

export type S3ObjectStoreOptions = ObjectAttributes & {
  /** Absent for Amazon S3. */
  endpoint?: string;
  region: string;
  bucket: string;
  forcePathStyle?: boolean;
  credentials: Credentials | CredentialSource;
  /** The AWS profile that provides the credentials, for error messages. */
  awsProfile?: string;
  userAgent?: string;
  /** Defaults: 10 s to connect, 30 s without a byte in either direction. */
  timeouts?: Partial<TransportTimeouts>;
  /** PEM text of certificate authorities to trust in addition to the system's. */
  ca?: string;
  /** Known facts about the server; new ones are added to it. */
  dialect?: Dialect;
  /** The environment that may name a proxy. */
  env?: Environment;
  /** The secret of a local bucket, which the server must prove before anything is sent. */
  proofSecret?: string;
  /** Limits the bandwidth of request bodies. */
  rateLimit?: RateLimiter;
  /** Epoch milliseconds. */
  now: () => number;
};

type SendOptions = {
  abortSignal?: AbortSignal;
  onBytesSent?: (bytes: number) => void;
  expectContinue?: boolean;
  onAskedFirst?: () => void;
};
/** Sends one request. Called again, with another client, after a correction. */
export type Run<Output> = (s3: S3Client, options: SendOptions) => Promise<Output>;
type Call = { signal?: AbortSignal; onBytesSent?: (bytes: number) => void };

const DEFAULT_TIMEOUTS: TransportTimeouts = { connectMs: 10_000, stallMs: 30_000 };

/** Requests with a body, which a server may refuse if it is unsigned. */
const WITH_BODY = new Set(['PutObject', 'UploadPart', 'CompleteMultipartUpload']);

/** How requests are signed. Fixed for each client. */
type Signing = { region: string; clockOffsetMs: number | undefined; signsBodies: boolean };

/** The options of one attempt. */
type Sent = Signing & { s3: S3Client; /** With `Expect: 100-continue`. */ askedFirst: boolean };

/**
 * Sends commands without retries and converts every failure to an `ObjectStoreError`. Corrects some causes itself, each
 * once per call: the region (the server names it), the clock (the server sends its time), expired credentials from a
 * credential source, and an `Expect` header or an unsigned body that the server refuses.
 */
export class StoreClient {
  readonly bucket: string;
  readonly dialect: Dialect;
  /** The fields of a request that creates an object. */
  readonly attributes: ReturnType<typeof attributeFields>;
  private region: string;
  private current?: Signing & { s3: S3Client };
  /** The last credentials from the source. */
  private given?: Credentials;
  private readonly wire: HttpTransport;
  private readonly transport: ReturnType<typeof createS3RequestHandler>;
  /** For requests with a file or a part as their body. */
  readonly direct: DirectRequests;
  /** `no-help`: a signed body was refused as well, so the cause is another. */
  private bodySigning: 'untried' | 'tried' | 'no-help' = 'untried';

  constructor(private readonly options: S3ObjectStoreOptions) {
    const { bucket, region, ca, rateLimit, env, proofSecret, now } = options;
    this.bucket = bucket;
    this.region = region;
    this.dialect = options.dialect ?? new Dialect({ now });
    this.attributes = attributeFields(options);
    this.wire = new HttpTransport(
      { ...DEFAULT_TIMEOUTS, ...options.timeouts },
      { ca, rateLimit, env, proofSecret },
    );
    this.transport = createS3RequestHandler(this.wire);
    this.direct = new DirectRequests(this.transport);
  }

  /** @param operation S3's name of the operation, for the details of a failure */
  async send<Output>(operation: string, run: Run<Output>, call: Call = {}): Promise<Output> {
    const { signal, onBytesSent } = call;
    const mended = new Map<Mend, unknown>();
    await this.dialect.ready();
    for (;;) {
      const expectContinue = this.dialect.takes('expectContinue') && !mended.has('expect');
      const sent: Sent = { ...this.speaking(), askedFirst: false };
      try {
        // The SDK passes unknown options on to the transport. It ignores the signal while it waits for credentials.
        const onAskedFirst = () => void (sent.askedFirst = true);
        const options = { abortSignal: signal, onBytesSent, expectContinue, onAskedFirst };
        const output = await untilAborted(run(sent.s3, options), signal);
        if (mended.has('signed-body') && sent.signsBodies) await this.dialect.refuses('unsignedPayload');
        if (mended.has('expect')) await this.dialect.refuses('expectContinue');
        return output;
      } catch (error) {
        const mend = this.findMend(error, sent, operation, mended);
        if (mend) {
          mended.set(mend, error);
          if (mend === 'expect' && isExpectationFailed(error)) await this.dialect.refuses('expectContinue');
          continue;
        }
        const whileUnsigned = mended.get('signed-body');
        // Another call may have found meanwhile that signing helps.
        const isNoHelp = whileUnsigned && this.dialect.takes('unsignedPayload') && isRefusal(error);
        if (isNoHelp) this.bodySigning = 'no-help';
        throw this.fail(isNoHelp ? whileUnsigned : error, operation);
      }
    }
  }

  /** Classifies a failure outside `send`, for example while reading a body. */
  fail(error: unknown, operation: string): ObjectStoreError {
    const { endpoint, bucket, awsProfile, now } = this.options;
    const { clock } = this.dialect;
    return classifyError(error, { operation, bucket, endpoint, awsProfile, nowMs: now(), clock });
  }

  close(): void {
    this.wire.destroy();
  }

  /** The client for the next attempt. Findings of other calls and other stores for the same server apply at once. */
  private speaking(): Signing & { s3: S3Client } {
    const clockOffsetMs = this.dialect.clock.offsetMs;
    const isPlainHttp = this.options.endpoint?.startsWith('http:') === true;
    const signsBodies = isPlainHttp || !this.dialect.takes('unsignedPayload') || this.bodySigning === 'tried';
    const wanted: Signing = { region: this.region, clockOffsetMs, signsBodies };
    if (!this.current || !isSameSigning(this.current, wanted))
      this.current = { ...wanted, s3: this.makeClient(wanted) };
    return this.current;
  }

  /**
   * Corrects causes that do not need the user, once per call. Several requests may be refused together: if another one
   * has already corrected the cause, this one is only sent again.
   */
  private findMend(
    error: unknown,
    sent: Sent,
    operation: string,
    mended: ReadonlyMap<Mend, unknown>,
  ): Mend | undefined {
    if (error instanceof ObjectStoreError) return undefined;
    const facts = readErrorFacts(error);
    const mends: readonly [Mend, () => boolean][] = [
      ['clock', () => this.mendsClock(facts, sent)],
      ['region', () => this.mendsRegion(facts, sent)],
      ['expect', () => sent.askedFirst && mayBeExpect(facts)],
      ['credentials', () => this.mendsCredentials(facts, sent)],
      ['signed-body', () => this.mendsUnsignedBody(facts, sent, operation)],
    ];
    return mends.find(([mend, applies]) => !mended.has(mend) && applies())?.[0];
  }

  /** A reply to HEAD has no body with the cause. A clock that is far off is then the most likely one. */
  private mendsClock({ code, headers, meantStatus }: ErrorFacts, sent: Sent): boolean {
    const isNamed = code === 'RequestTimeTooSkewed';
    // The server checks tokens against its own clock.
    const isOtherCause = meantStatus !== 403 && meantStatus !== 400;
    if (!isNamed && (isOtherCause || TOKEN_CODE.test(code))) return false;
    this.dialect.clock.learn(headers.date, this.options.now());
    return isNamed || this.dialect.clock.offsetMs !== sent.clockOffsetMs;
  }

  private mendsRegion({ region, meantStatus = 0 }: ErrorFacts, sent: Sent): boolean {
    if (!region || region === sent.region || meantStatus < 300) return false;
    this.region = region;
    return true;
  }

  private mendsCredentials({ code }: ErrorFacts, sent: Sent): boolean {
    if (typeof this.options.credentials !== 'function' || !STALE_CREDENTIALS.test(code)) return false;
    // If several parts are refused at once, the first one reloads for all.
    if (sent.s3 === this.current?.s3) this.current = { ...sent, s3: this.makeClient(sent, this.given) };
    return true;
  }

  /** A policy may deny UNSIGNED-PAYLOAD, and a server may not support it. */
  private mendsUnsignedBody(facts: ErrorFacts, sent: Sent, operation: string): boolean {
    if (sent.signsBodies || this.bodySigning === 'no-help' || !WITH_BODY.has(operation)) return false;
    const { code, meantStatus = 0 } = facts;
    const mayBeIt =
      meantStatus === 403 ? /^(AccessDenied|Forbidden|HTTP403)$/.test(code) : isAboutBody(facts);
    if (mayBeIt) this.bodySigning = 'tried';
    return mayBeIt;
  }

  private makeClient({ region, clockOffsetMs, signsBodies }: Signing, refused?: Credentials): S3Client {
    const { endpoint, forcePathStyle, credentials: source, userAgent, now } = this.options;
    const credentials =
      typeof source === 'function' ? async () => (this.given = await source(refused)) : source;
    const client = new S3Client({
      endpoint,
      ...OWN_ENDPOINT,
      forcePathStyle,
      region,
      credentials,
      customUserAgent: userAgent,
      maxAttempts: 1,
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      expectContinueHeader: false,
      // The SDK signs by the system's own clock.
      ...(clockOffsetMs !== undefined && { systemClockOffset: now() + clockOffsetMs - Date.now() }),
      requestHandler: asRequestHandler(this.transport),
    });
    if (!signsBodies) leaveBodyUnsigned(client);
    leaveOutOperationName(client);
    return client;
  }
}

function isSameSigning(a: Signing, b: Signing): boolean {
  return a.region === b.region && a.clockOffsetMs === b.clockOffsetMs && a.signsBodies === b.signsBodies;
}

/** Uploads go only where the settings say, whatever the environment or an AWS profile names. */
export const OWN_ENDPOINT = {
  ignoreConfiguredEndpointUrls: true,
  useFipsEndpoint: false,
  useDualstackEndpoint: false,
} as const;

const TOKEN_CODE = /Token/;

type Mend = 'region' | 'clock' | 'credentials' | 'expect' | 'signed-body';

/**
 * RFC 9110 §10.1.1: after 417, repeat without `Expect`. Gateways may refuse the header with other statuses; only a
 * successful repeat shows that it was the cause.
 */
function mayBeExpect({ meantStatus = 0, foreign }: ErrorFacts): boolean {
  return meantStatus === 417 || (foreign?.kind === 'gateway' && [400, 501, 505].includes(meantStatus));
}

function isExpectationFailed(error: unknown): boolean {
  return readErrorFacts(error).meantStatus === 417;
}

function isRefusal(error: unknown): boolean {
  const { meantStatus = 0 } = readErrorFacts(error);
  return meantStatus >= 400 && meantStatus < 500;
}

function isAboutBody({ code, meantStatus }: ErrorFacts): boolean {
  if (code === 'XAmzContentSHA256Mismatch' || code === 'MissingContentSHA256') return true;
  return meantStatus === 501 || (meantStatus === 400 && /^Invalid(Request|Argument|Digest)$/.test(code));
}

/**
 * Errors that new credentials may fix: the old ones expired, or were replaced in their source. A HEAD has no body with
 * the cause, so expired ones get a bare 400.
 */
export const STALE_CREDENTIALS =
  /^(ExpiredToken|TokenRefreshRequired|InvalidToken|InvalidAccessKeyId|SignatureDoesNotMatch|HTTP400)$/;

/** TLS already protects the body, and each body has its own checksum: another hash adds nothing. */
function leaveBodyUnsigned(client: S3Client): void {
  client.middlewareStack.add(
    (next) => (args) => {
      const request = args.request as TransportRequest;
      if (request.body !== undefined) request.headers['x-amz-content-sha256'] = 'UNSIGNED-PAYLOAD';
      return next(args);
    },
    { step: 'build', name: 'leaveBodyUnsigned' },
  );
}

/** `x-id` names the operation for logs only; a server may refuse unknown parameters. */
function leaveOutOperationName(client: S3Client): void {
  client.middlewareStack.add(
    (next) => (args) => {
      delete (args.request as TransportRequest).query?.['x-id'];
      return next(args);
    },
    { step: 'build', name: 'leaveOutOperationName' },
  );
}

export type { ObjectAttributes } from '../../../shared/upload';

/** The S3 request fields for the object attributes in the settings. */
function attributeFields({ encryption, kmsKeyId, storageClass, objectTags }: ObjectAttributes) {
  const pairs = Object.entries(objectTags ?? {});
  return {
    ...(encryption && {
      ServerSideEncryption: encryption === 'sse-kms' ? ('aws:kms' as const) : ('AES256' as const),
    }),
    ...(encryption === 'sse-kms' && kmsKeyId && { SSEKMSKeyId: kmsKeyId }),
    // Servers may have storage classes of their own.
    ...(storageClass && { StorageClass: storageClass as 'STANDARD' }),
    ...(pairs.length > 0 && { Tagging: new URLSearchParams(pairs).toString().replaceAll('+', '%20') }),
  };
}
