import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { TLSSocket } from 'node:tls';
import { readRequest } from '../../../local-bucket/http/request.ts';
import { readOperation } from '../../../local-bucket/operations/route.ts';
import { Throttle } from '../../../local-bucket/http/throttle.ts';
import { forward } from './forward';
import { RuleBook, type Exchange, type Rule } from './rules';

export type FaultProxyOptions = {
  /** Where the S3 server is, e.g. `http://127.0.0.1:9000`. */
  target: string;
  rules?: readonly Rule[];
  /** The clock that requests are dated by; milliseconds. */
  now?: () => number;
  bytesPerSecond?: number;
  /** The address to listen on; this machine only when absent. */
  host?: string;
  /** PEM texts of a certificate for `localhost`: it then speaks https with its clients. */
  tls?: { key: string; cert: string };
};

/**
 * Stands between the engine and an S3 server, spoils what its rules say, and counts every byte of a body that came up.
 * It passes the Host header on as it is, so that signatures stay good.
 */
export class FaultProxy {
  readonly exchanges: Exchange[] = [];
  readonly throttle: Throttle;
  book: RuleBook;
  /** Told of every piece of a body, with all bytes so far: a place to stop something at an exact byte. */
  onBytes?: (total: number, exchange: Exchange) => void;
  /** Stays the same over `goDown` and `goUp`. */
  port = 0;
  private server: Server | null = null;

  private constructor(private readonly options: FaultProxyOptions) {
    this.throttle = new Throttle(options.bytesPerSecond ?? null);
    this.book = new RuleBook(options.rules ?? []);
  }

  static async start(options: FaultProxyOptions): Promise<FaultProxy> {
    const proxy = new FaultProxy(options);
    await proxy.goUp();
    return proxy;
  }

  private get host(): string {
    return this.options.host ?? '127.0.0.1';
  }

  get endpoint(): string {
    return this.options.tls ? `https://localhost:${this.port}` : `http://${this.host}:${this.port}`;
  }

  /** Bytes of bundles that came up so far; `at` narrows it down to one key. */
  bytes(at?: { key: string }): number {
    const bodies = this.exchanges.filter(({ operation }) => ['UploadPart', 'PutObject'].includes(operation));
    return bodies.filter(({ key }) => !at || key === at.key).reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** Refuses connections and cuts those it has. */
  async goDown(): Promise<void> {
    const { server } = this;
    this.server = null;
    if (!server) return;
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  }

  /** Listens again, where it listened before. */
  async goUp(): Promise<void> {
    const { tls } = this.options;
    const server = tls ? createTlsServer(tls) : createServer();
    const handle = (expects: boolean) => (request: IncomingMessage, response: ServerResponse) =>
      void this.handle(request, response, expects);
    server.on('request', handle(false));
    server.on('checkContinue', handle(true));
    server.requestTimeout = 0;
    server.keepAliveTimeout = 75_000;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.port, this.host, resolve);
    });
    this.port = (server.address() as AddressInfo).port;
    this.server = server;
  }

  private async handle(request: IncomingMessage, response: ServerResponse, expects: boolean): Promise<void> {
    const exchange = this.describe(request);
    this.exchanges.push(exchange);
    const rule = this.book.take(exchange);
    exchange.fault = rule?.damage?.kind;
    // A request that was cut on either side is over; the exchange says how far it came.
    request.on('error', () => undefined);
    response.on('error', () => undefined);
    try {
      await rule?.before?.(exchange);
      const count = async (bytes: number) => {
        exchange.bytes += bytes;
        this.onBytes?.(this.bytes(), exchange);
        await this.throttle.pass(bytes);
      };
      await forward({ request, response, expects, target: this.options.target, rule, exchange, count });
    } catch {
      cut(request);
    }
  }

  private describe(request: IncomingMessage): Exchange {
    const parsed = readRequest(request, '');
    const part = parsed.query.get('partNumber');
    return {
      index: this.exchanges.length,
      operation: readOperation(parsed),
      key: parsed.key,
      partNumber: part === undefined ? undefined : Number(part),
      uploadId: parsed.query.get('uploadId'),
      atMs: (this.options.now ?? Date.now)(),
      realAtMs: performance.now(),
      bytes: 0,
      status: 0,
    };
  }
}

/** With a reset where the system allows it; a TLS socket can only be closed. */
function cut({ socket }: IncomingMessage): void {
  if (socket.destroyed) return;
  if (socket instanceof TLSSocket) socket.destroy();
  else socket.resetAndDestroy();
}
