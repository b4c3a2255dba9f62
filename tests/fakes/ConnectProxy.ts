import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import https from 'node:https';
import net, { type AddressInfo, type Socket } from 'node:net';

export type ProxyRequest = { method: string; target: string };

type Options = {
  /** The ports behind the names that it can reach; any other name it answers with 502. */
  routes: Record<string, number>;
  /** Wants this user and password. */
  user?: string;
  /** Answers this instead of doing anything. */
  refusal?: number;
  /** Speaks TLS itself. */
  tls?: { key: string; cert: string };
};

/** A small http proxy: CONNECT for https, whole addresses for http, Basic authentication. It knows its own few names only. */
export class ConnectProxy {
  readonly seen: ProxyRequest[] = [];
  /** Known from the start on, and after the end. */
  port = 0;
  refusal: number | undefined;
  /** Takes requests and says nothing. */
  mute = false;
  readonly #server: http.Server;
  readonly #sockets = new Set<Socket>();

  private constructor(private readonly options: Options) {
    this.refusal = options.refusal;
    this.#server = options.tls ? https.createServer(options.tls) : http.createServer();
    this.#server.on('request', (request, response) => this.#forward(request, response));
    this.#server.on('connect', (request, socket: Socket) => this.#connect(request, socket));
    this.#server.on('connection', (socket: Socket) => this.#keep(socket));
    this.#server.on('tlsClientError', () => undefined);
  }

  static async start(options: Options): Promise<ConnectProxy> {
    const proxy = new ConnectProxy(options);
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    proxy.port = (proxy.#server.address() as AddressInfo).port;
    return proxy;
  }

  /** Tunnels and connections that stand now. */
  get open(): number {
    return this.#sockets.size;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => this.#sockets.delete(socket));
  }

  /** The status of its refusal, or the port to go to. */
  #judge(request: IncomingMessage, target: string): { refusal: number } | { port: number } {
    this.seen.push({ method: request.method ?? '', target });
    const { user, routes } = this.options;
    const wanted = user && `Basic ${Buffer.from(user).toString('base64')}`;
    if (wanted && request.headers['proxy-authorization'] !== wanted) return { refusal: 407 };
    if (this.refusal) return { refusal: this.refusal };
    const port = routes[target];
    return port === undefined ? { refusal: 502 } : { port };
  }

  #connect(request: IncomingMessage, socket: Socket): void {
    if (this.mute) return;
    const judged = this.#judge(request, request.url ?? '');
    if ('refusal' in judged) {
      socket.end(`HTTP/1.1 ${judged.refusal} No\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    const onward = net.connect(judged.port, '127.0.0.1');
    this.#keep(onward);
    onward.once('connect', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      socket.pipe(onward).pipe(socket);
    });
    socket.on('error', () => onward.destroy());
    socket.once('close', () => onward.destroy());
    onward.once('close', () => socket.destroy());
  }

  #forward(request: IncomingMessage, response: ServerResponse): void {
    const url = URL.parse(request.url ?? '');
    const judged = url ? this.#judge(request, `${url.hostname}:${url.port || 80}`) : { refusal: 400 };
    if ('refusal' in judged) {
      response.writeHead(judged.refusal, { 'content-type': 'text/html' }).end('<h1>proxy</h1>');
      return;
    }
    const { 'proxy-authorization': _own, ...headers } = request.headers;
    const path = url!.pathname + url!.search;
    const onward = http.request({ port: judged.port, method: request.method, path, headers });
    onward.on('error', () => response.destroy());
    onward.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 0, answer.headers);
      answer.pipe(response);
    });
    request.pipe(onward);
  }
}
