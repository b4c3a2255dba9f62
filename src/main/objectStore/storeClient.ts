import { S3Client } from '@aws-sdk/client-s3';
import { StoreFailure, type Pace } from '../types';
import { classifyError } from './classifyError';
import { Dialect } from './dialect';
import { readErrorFacts, type ErrorFacts } from './errorFacts';
import { attributeFields, type ObjectAttributes } from './objectAttributes';
import type { Environment } from './proxy/proxyServer';
import { asRequestHandler, sdkTransport, type Credentials } from './sdkTransport';
import type { WireTimeouts } from './stallWatch';
import { untilAborted } from './untilAborted';
import { Wire, type WireRequest } from './wire';

/** Asked before the first request, shortly before `expiration`, and once for others than those `refused`. */
export type CredentialSource = (refused?: Credentials) => Promise<Credentials>;

export type S3ObjectStoreOptions = ObjectAttributes & {
  /** Absent for Amazon S3. */
  endpoint?: string;
  region: string;
  bucket: string;
  forcePathStyle?: boolean;
  credentials: Credentials | CredentialSource;
  /** The AWS profile that the credentials come from, for the words of a failure. */
  awsProfile?: string;
  userAgent?: string;
  /** Defaults: 10 s to connect, 30 s without a byte either way. */
  timeouts?: Partial<WireTimeouts>;
  /** PEM text of certificate authorities to trust beside those of the system. */
  ca?: string;
  /** What is known of the server already; what is found out goes there. */
  dialect?: Dialect;
  /** The environment that may name a proxy. */
  env?: Environment;
  /** The secret of a local bucket, which the server has to prove before anything is sent. */
  proofSecret?: string;
  /** Holds bodies to a bandwidth. */
  pace?: Pace;
  /** Epoch milliseconds. */
  now: () => number;
};

type SendOptions = { abortSignal?: AbortSignal; onBytesSent?: (bytes: number) => void };
/** Sends one command. Called again, with another client, after a mend. */
export type Run<Output> = (s3: S3Client, options: SendOptions) => Promise<Output>;
type Call = { signal?: AbortSignal; onBytesSent?: (bytes: number) => void };

const DEFAULT_TIMEOUTS: WireTimeouts = { connectMs: 10_000, stallMs: 30_000 };

/** Requests with a body, in which an unsigned one may be refused. */
const WITH_BODY = new Set(['PutObject', 'UploadPart', 'CompleteMultipartUpload']);

/**
 * Sends commands without retries, and turns every failure into a `StoreFailure`. Some causes it can mend by itself, each
 * once per call: the region (the server names it), the clock (the server tells the time), expired credentials that
 * come from a function, an `Expect` header or an unsigned body that is not accepted.
 */
export class StoreClient {
  readonly bucket: string;
  readonly dialect: Dialect;
  /** The fields of a request that makes an object. */
  readonly attributes: ReturnType<typeof attributeFields>;
  private region: string;
  private client: S3Client;
  /** What the source gave last. */
  private given?: Credentials;
  private readonly wire: Wire;
  private signsBodies: boolean;
  /** A signed body was refused just the same: the cause is another. */
  private signingIsNoHelp = false;

  constructor(private readonly options: S3ObjectStoreOptions) {
    const { bucket, region, ca, pace, env, dialect = new Dialect() } = options;
    this.bucket = bucket;
    this.region = region;
    this.dialect = dialect;
    this.attributes = attributeFields(options);
    this.signsBodies = !dialect.unsignedPayload || options.endpoint?.startsWith('http:') === true;
    this.wire = new Wire(
      { ...DEFAULT_TIMEOUTS, ...options.timeouts },
      { ca, pace, env, proofSecret: options.proofSecret, expectContinue: () => dialect.expectContinue },
    );
    this.client = this.makeClient();
  }

  /** @param operation S3's name of the operation, for the details of a failure */
  async send<Output>(operation: string, run: Run<Output>, call: Call = {}): Promise<Output> {
    const { signal, onBytesSent } = call;
    const mended = new Map<Mend, unknown>();
    for (;;) {
      const client = this.client;
      try {
        // The SDK hands unknown options through to the transport: that is how `onBytesSent` gets there. It does not
        // look at the signal while it waits for credentials.
        const output = await untilAborted(run(client, { abortSignal: signal, onBytesSent }), signal);
        if (mended.has('signed-body')) this.dialect.unsignedPayload = false;
        return output;
      } catch (error) {
        const mend = this.findMend(error, client, operation);
        if (mend && !mended.has(mend)) {
          mended.set(mend, error);
          continue;
        }
        const whileUnsigned = mended.get('signed-body');
        if (whileUnsigned && isRefusal(error)) this.signBodiesNoMore();
        throw this.fail(whileUnsigned && isRefusal(error) ? whileUnsigned : error, operation);
      }
    }
  }

  /** Names a failure that happened outside `send`, e.g. while a body was being read. */
  fail(error: unknown, operation: string): StoreFailure {
    const { endpoint, bucket, awsProfile, now } = this.options;
    return classifyError(error, { operation, bucket, endpoint, awsProfile, nowMs: now() });
  }

  close(): void {
    this.wire.destroy();
  }

  /** Puts right what can be put right without the user. */
  private findMend(error: unknown, client: S3Client, operation: string): Mend | undefined {
    if (error instanceof StoreFailure) return undefined;
    const facts = readErrorFacts(error);
    if (this.mendsClock(facts)) return 'clock';
    if (this.mendsRegion(facts)) return 'region';
    if (this.mendsExpect(facts, operation)) return 'expect';
    if (typeof this.options.credentials === 'function' && STALE_CREDENTIALS.test(facts.code)) {
      // Of several parts that were refused at once, the first reloads for all.
      if (client === this.client) this.client = this.makeClient(this.given);
      return 'credentials';
    }
    if (this.mendsUnsignedBody(facts, operation)) return 'signed-body';
    return undefined;
  }

  /** A HEAD has no body to name the cause in: then a time that is far off is the likeliest. */
  private mendsClock({ code, headers, httpStatus }: ErrorFacts): boolean {
    const isNamed = code === 'RequestTimeTooSkewed';
    if (!isNamed && !(httpStatus === 403 || httpStatus === 400)) return false;
    if (this.dialect.learnClock(headers.date, this.options.now())) this.client = this.makeClient();
    else return isNamed;
    return true;
  }

  private mendsRegion({ region, httpStatus = 0 }: ErrorFacts): boolean {
    if (!region || region === this.region || httpStatus < 300) return false;
    this.region = region;
    this.client = this.makeClient();
    return true;
  }

  /** RFC 9110 §10.1.1: repeated without it after 417. Other gateways take the header for a mistake. */
  private mendsExpect({ httpStatus, foreign }: ErrorFacts, operation: string): boolean {
    const mayBeExpect = foreign?.kind === 'gateway' && [400, 501, 505].includes(httpStatus ?? 0);
    const isMeant = httpStatus === 417 || (mayBeExpect && WITH_BODY.has(operation));
    if (!isMeant || !this.dialect.expectContinue) return false;
    this.dialect.expectContinue = false;
    return true;
  }

  /** A policy may deny UNSIGNED-PAYLOAD, and a server may not know it. */
  private mendsUnsignedBody(facts: ErrorFacts, operation: string): boolean {
    if (this.signsBodies || this.signingIsNoHelp || !WITH_BODY.has(operation)) return false;
    const { code, httpStatus = 0 } = facts;
    const mayBeIt = httpStatus === 403 ? /^(AccessDenied|Forbidden|HTTP403)$/.test(code) : isAboutBody(facts);
    if (!mayBeIt) return false;
    this.signsBodies = true;
    this.client = this.makeClient();
    return true;
  }

  private signBodiesNoMore(): void {
    this.signingIsNoHelp = true;
    this.signsBodies = false;
    this.client = this.makeClient();
  }

  private makeClient(refused?: Credentials): S3Client {
    const { endpoint, forcePathStyle, credentials: source, userAgent, now } = this.options;
    const { clockOffsetMs } = this.dialect;
    const credentials =
      typeof source === 'function' ? async () => (this.given = await source(refused)) : source;
    const client = new S3Client({
      endpoint,
      ...OWN_ENDPOINT,
      forcePathStyle,
      region: this.region,
      credentials,
      customUserAgent: userAgent,
      maxAttempts: 1,
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      expectContinueHeader: false,
      // The SDK signs by the system's own clock.
      ...(clockOffsetMs !== undefined && { systemClockOffset: this.dialect.serverTime(now()) - Date.now() }),
      requestHandler: asRequestHandler(sdkTransport(this.wire)),
    });
    if (!this.signsBodies) leaveBodyUnsigned(client);
    leaveOutOperationName(client);
    return client;
  }
}

/** Recordings go where the settings say, whatever the environment or a profile of AWS's tools name. */
export const OWN_ENDPOINT = {
  ignoreConfiguredEndpointUrls: true,
  useFipsEndpoint: false,
  useDualstackEndpoint: false,
} as const;

type Mend = 'region' | 'clock' | 'credentials' | 'expect' | 'signed-body';

function isRefusal(error: unknown): boolean {
  const { httpStatus = 0 } = readErrorFacts(error);
  return httpStatus >= 400 && httpStatus < 500;
}

function isAboutBody({ code, httpStatus }: ErrorFacts): boolean {
  if (code === 'XAmzContentSHA256Mismatch' || code === 'MissingContentSHA256') return true;
  return httpStatus === 501 || (httpStatus === 400 && /^Invalid(Request|Argument|Digest)$/.test(code));
}

/**
 * What newer credentials may mend: old ones that ended, or that were replaced where they are kept. A HEAD has no body to
 * name the cause in, so that expired ones are answered with a bare 400.
 */
export const STALE_CREDENTIALS =
  /^(ExpiredToken|TokenRefreshRequired|InvalidToken|InvalidAccessKeyId|SignatureDoesNotMatch|HTTP400)$/;

/** TLS protects the body already, and each body has a checksum of its own: hashing it once more buys nothing. */
function leaveBodyUnsigned(client: S3Client): void {
  client.middlewareStack.add(
    (next) => (args) => {
      const request = args.request as WireRequest;
      if (request.body !== undefined) request.headers['x-amz-content-sha256'] = 'UNSIGNED-PAYLOAD';
      return next(args);
    },
    { step: 'build', name: 'leaveBodyUnsigned' },
  );
}

/** `x-id` names the operation for logs only; a server may refuse parameters that it does not know. */
function leaveOutOperationName(client: S3Client): void {
  client.middlewareStack.add(
    (next) => (args) => {
      delete (args.request as WireRequest).query?.['x-id'];
      return next(args);
    },
    { step: 'build', name: 'leaveOutOperationName' },
  );
}
