import { S3Client } from '@aws-sdk/client-s3';
import { StoreFailure, type Pace } from '../types';
import { classifyError } from './classifyError';
import { readErrorFacts } from './errorFacts';
import type { Environment } from './proxy/proxyServer';
import { asRequestHandler, sdkTransport, type Credentials } from './sdkTransport';
import type { WireTimeouts } from './stallWatch';
import { untilAborted } from './untilAborted';
import { Wire, type WireRequest } from './wire';

/** Asked before the first request, shortly before `expiration`, and once for others than those `refused`. */
export type CredentialSource = (refused?: Credentials) => Promise<Credentials>;

export type S3ObjectStoreOptions = {
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
  /** PEM text of certificate authorities to trust instead of the system's. */
  ca?: string;
  /** The environment that may name a proxy. */
  env?: Environment;
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

/**
 * Sends commands without retries, and turns every failure into a `StoreFailure`. Three causes it can mend by itself, each
 * once per call: the region (the server names it), the clock (the server tells the time), expired credentials that
 * come from a function.
 */
export class StoreClient {
  readonly bucket: string;
  private region: string;
  private client: S3Client;
  /** What the source gave last. */
  private given?: Credentials;
  private readonly wire: Wire;

  constructor(private readonly options: S3ObjectStoreOptions) {
    this.bucket = options.bucket;
    this.region = options.region;
    this.wire = new Wire(
      { ...DEFAULT_TIMEOUTS, ...options.timeouts },
      { ca: options.ca, pace: options.pace, env: options.env },
    );
    this.client = this.makeClient();
  }

  /** @param operation S3's name of the operation, for the details of a failure */
  async send<Output>(operation: string, run: Run<Output>, call: Call = {}): Promise<Output> {
    const { signal, onBytesSent } = call;
    const mended = new Set<Mend>();
    for (;;) {
      const client = this.client;
      try {
        // The SDK hands unknown options through to the transport: that is how `onBytesSent` gets there. It does not
        // look at the signal while it waits for credentials.
        return await untilAborted(run(client, { abortSignal: signal, onBytesSent }), signal);
      } catch (error) {
        const mend = this.findMend(error, client);
        if (!mend || mended.has(mend)) throw this.fail(error, operation);
        mended.add(mend);
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

  /** Puts right what can be put right without the user. The SDK corrects its clock by itself, for the next call. */
  private findMend(error: unknown, client: S3Client): Mend | undefined {
    if (error instanceof StoreFailure) return undefined;
    const facts = readErrorFacts(error);
    if (facts.code === 'RequestTimeTooSkewed') return 'clock';
    if (facts.region && facts.region !== this.region && (facts.httpStatus ?? 0) >= 300) {
      this.region = facts.region;
      this.client = this.makeClient();
      return 'region';
    }
    if (typeof this.options.credentials === 'function' && STALE_CREDENTIALS.test(facts.code)) {
      // Of several parts that were refused at once, the first reloads for all.
      if (client === this.client) this.client = this.makeClient(this.given);
      return 'credentials';
    }
    return undefined;
  }

  private makeClient(refused?: Credentials): S3Client {
    const { endpoint, forcePathStyle, credentials: source, userAgent } = this.options;
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
      requestHandler: asRequestHandler(sdkTransport(this.wire)),
    });
    if (!endpoint || endpoint.startsWith('https:')) leaveBodyUnsigned(client);
    return client;
  }
}

/** Recordings go where the settings say, whatever the environment or a profile of AWS's tools name. */
export const OWN_ENDPOINT = {
  ignoreConfiguredEndpointUrls: true,
  useFipsEndpoint: false,
  useDualstackEndpoint: false,
} as const;

type Mend = 'region' | 'clock' | 'credentials';

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
