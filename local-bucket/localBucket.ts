import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdir } from 'node:fs/promises';
import { Keyring } from './auth/keyring.ts';
import { Faults } from './scriptedFaults.ts';
import { handleRequest, type ServerLimits, type ServerParts } from './http/server.ts';
import { Throttle } from './http/throttle.ts';
import { readOrMakeKeys, writeDestination } from './destination.ts';
import { RequestLog } from './requestLog.ts';
import { BucketStore } from './storage/bucketStore.ts';

export type { FaultAction } from './scriptedFaults.ts';

export type LocalBucketOptions = {
  /** The data folder. Created if missing. */
  dir: string;
  /** 0 picks a free port. */
  port?: number;
  host?: string;
  region?: string;
  /** Absent: those of an earlier start on this folder, or random ones. */
  accessKeyId?: string;
  secretAccessKey?: string;
  /** Created if missing; the first is the default destination. Default: `recordings`. */
  buckets?: string[];
  bytesPerSecond?: number;
  /** How many requests the log keeps, for tests; default 10,000. */
  logSize?: number;
  limits?: Partial<ServerLimits>;
  /** Epoch milliseconds; tests can replace it to simulate a wrong clock. */
  now?: () => number;
  onInternalError?: (error: unknown) => void;
  /** Called with one line for each bucket or object whose files disappeared or came back. Default: stderr. */
  onNotice?: (line: string) => void;
};

export type LocalBucket = {
  readonly endpoint: string;
  readonly bucket: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Issues keys that expire, with session tokens. They are valid as long as the server runs. */
  readonly keys: Keyring;
  readonly faults: Faults;
  readonly log: RequestLog;
  readonly throttle: Throttle;
  /** Stops listening and cuts every connection. Data on disk stays. */
  close(): Promise<void>;
};

const DEFAULT_LIMITS: ServerLimits = {
  connections: 512,
  headersMs: 30_000,
  restBytes: 64 * 1024 * 1024,
  restMs: 10_000,
};

/** Starts a small S3 server on a folder. All acknowledged data survives any kind of exit. */
export async function startLocalBucket(options: LocalBucketOptions): Promise<LocalBucket> {
  const { dir, port = 0, host = '127.0.0.1', buckets = ['recordings'] } = options;
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const region = options.region ?? 'us-east-1';
  const now = options.now ?? Date.now;
  const onNotice = options.onNotice ?? ((line) => console.error('local bucket:', line));
  const permanent = await readOrMakeKeys(dir, options, { now, onNotice });
  const keys = new Keyring(permanent);
  const store = new BucketStore(dir, onNotice);
  await store.open();
  for (const name of buckets) if (!(await store.has(name))) await store.create(name);
  const parts: ServerParts = {
    store,
    identity: { keys, region },
    faults: new Faults(),
    log: new RequestLog(options.logSize ?? 10_000),
    limits: { ...DEFAULT_LIMITS, ...options.limits },
    throttle: new Throttle(options.bytesPerSecond ?? null),
    now,
    onInternalError: options.onInternalError ?? ((error) => console.error('local bucket:', error)),
  };
  const { port: listening, close } = await listen(parts, host, port);
  const endpoint = `http://${host.includes(':') ? `[${host}]` : host}:${listening}`;
  const destination = { endpoint, bucket: buckets[0] ?? 'recordings', region, ...permanent };
  await writeDestination(dir, { ...destination, provesItself: true });
  const { faults, log, throttle } = parts;
  return { ...destination, keys, faults, log, throttle, close };
}

async function listen(parts: ServerParts, host: string, port: number) {
  const { headersMs, connections } = parts.limits;
  // Headers are limited to 16 KiB, Node's default; the server looks for slow ones at this interval.
  const server = createServer({ headersTimeout: headersMs, connectionsCheckingInterval: headersMs / 2 });
  server.maxConnections = connections;
  const on = (expectsContinue: boolean) => (http: IncomingMessage, response: ServerResponse) =>
    void handleRequest(parts, http, response, expectsContinue).catch(parts.onInternalError);
  server.on('request', on(false));
  server.on('checkContinue', on(true));
  // Uploads have no time limit.
  server.requestTimeout = 0;
  // Longer than a client keeps an idle socket: closing it just before its reuse would look like a network error.
  server.keepAliveTimeout = 75_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { port: (server.address() as AddressInfo).port, close };
}
