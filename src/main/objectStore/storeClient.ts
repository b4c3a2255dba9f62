import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import type { Pace, StoreFailure } from '../types';
import { classifyError } from './classifyError';
import { readErrorFacts } from './errorFacts';
import { refuseForeignReply } from './foreignReply';
import { Wire, type WireOptions, type WireRequest } from './wire';
import type { WireTimeouts } from './stallWatch';

export type Credentials = { accessKeyId: string; secretAccessKey: string; sessionToken?: string };

export type S3ObjectStoreOptions = {
  /** Absent for Amazon S3. */
  endpoint?: string;
  region: string;
  bucket: string;
  forcePathStyle?: boolean;
  /** A function is asked again, once, when the server says that the credentials have expired. */
  credentials: Credentials | (() => Promise<Credentials>);
  userAgent?: string;
  /** Defaults: 10 s to connect, 30 s without a byte either way. */
  timeouts?: Partial<WireTimeouts>;
  /** PEM text of certificate authorities to trust instead of the system's. */
  ca?: string;
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
  private readonly wire: Wire;

  constructor(private readonly options: S3ObjectStoreOptions) {
    this.bucket = options.bucket;
    this.region = options.region;
    this.wire = new Wire(
      { ...DEFAULT_TIMEOUTS, ...options.timeouts },
      { ca: options.ca, pace: options.pace },
    );
    this.client = this.makeClient();
  }

  /** @param operation S3's name of the operation, for the details of a failure */
  async send<Output>(operation: string, run: Run<Output>, call: Call = {}): Promise<Output> {
    const { signal, onBytesSent } = call;
    const mended = new Set<Mend>();
    for (;;) {
      try {
        // The SDK hands unknown options through to the transport: that is how `onBytesSent` gets there.
        return await run(this.client, { abortSignal: signal, onBytesSent });
      } catch (error) {
        const mend = this.findMend(error);
        if (!mend || mended.has(mend)) throw this.fail(error, operation);
        mended.add(mend);
      }
    }
  }

  /** Names a failure that happened outside `send`, e.g. while a body was being read. */
  fail(error: unknown, operation: string): StoreFailure {
    const { endpoint, bucket, now } = this.options;
    return classifyError(error, { operation, bucket, endpoint, nowMs: now() });
  }

  close(): void {
    this.wire.destroy();
  }

  /** Puts right what can be put right without the user. The SDK corrects its clock by itself, for the next call. */
  private findMend(error: unknown): Mend | undefined {
    const facts = readErrorFacts(error);
    if (facts.code === 'RequestTimeTooSkewed') return 'clock';
    if (facts.region && facts.region !== this.region && (facts.httpStatus ?? 0) >= 300) {
      this.region = facts.region;
      this.client = this.makeClient();
      return 'region';
    }
    if (facts.code === 'ExpiredToken' && typeof this.options.credentials === 'function') {
      this.client = this.makeClient();
      return 'credentials';
    }
    return undefined;
  }

  private makeClient(): S3Client {
    const { endpoint, forcePathStyle, credentials, userAgent } = this.options;
    const client = new S3Client({
      endpoint,
      forcePathStyle,
      region: this.region,
      credentials,
      customUserAgent: userAgent,
      maxAttempts: 1,
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      expectContinueHeader: false,
      requestHandler: sdkTransport(this.wire),
    });
    if (!endpoint || endpoint.startsWith('https:')) leaveBodyUnsigned(client);
    return client;
  }
}

type Mend = 'region' | 'clock' | 'credentials';

function sdkTransport(wire: Wire): S3ClientConfig['requestHandler'] {
  const transport = {
    metadata: wire.metadata,
    async handle(request: WireRequest, options?: WireOptions) {
      const answered = await wire.handle(request, options);
      refuseForeignReply(answered.response);
      return answered;
    },
    httpHandlerConfigs: () => wire.httpHandlerConfigs(),
    updateHttpClientConfig: () => wire.updateHttpClientConfig(),
    // Clients come and go with the region; the sockets stay until the store closes.
    destroy: () => {},
  };
  return transport as unknown as S3ClientConfig['requestHandler'];
}

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
