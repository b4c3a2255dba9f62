import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { fileResponse } from '../../src/main/platform/fileResponse';
import webpack from 'webpack';
import MiniCssExtractPlugin from 'mini-css-extract-plugin';
import { rendererConfig } from '../../webpack.renderer.config';

const ROOT = path.resolve(__dirname, '../..');
const CSP =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; font-src 'self'; connect-src 'self'";
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
};

/** Bundles the main window's and the toolbar's page by the app's own rules; answers the folder, one of the clone's cache. */
export function buildPages(folder: string): Promise<string> {
  const built = path.join(ROOT, '.cache', folder);
  const compiler = webpack({
    ...rendererConfig,
    mode: 'production',
    optimization: { minimize: false },
    devtool: false,
    context: ROOT,
    entry: { window: './src/renderer.tsx', toolbar: './src/toolbar.tsx' },
    output: { path: built, filename: '[name].js' },
    plugins: [new MiniCssExtractPlugin({ filename: '[name].css' })],
  });
  return new Promise((resolve, reject) => {
    compiler.run((error, stats) => {
      if (error) return reject(error);
      if (stats?.hasErrors()) return reject(new Error(stats.toString({ all: false, errors: true })));
      compiler.close((closing) => (closing ? reject(closing) : resolve(built)));
    });
  });
}

/** Any session's files are those of `tests/fixtures/session`, answered as the app does. */
async function sendRecorded(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const file = path.join(ROOT, 'tests/fixtures/session', path.basename(request.url!));
  if (!existsSync(file)) return void response.writeHead(404).end();
  const { method = 'GET', headers } = request;
  const answer = await fileResponse({ method, headers: new Headers({ range: headers.range ?? '' }) }, file);
  response.writeHead(answer.status, Object.fromEntries(answer.headers));
  // A media element often has enough before the end.
  if (answer.body) await pipeline(Readable.fromWeb(answer.body as never), response).catch(() => undefined);
  else response.end();
}

/** The built pages on a port of this machine, under the policy the app itself sets. */
export type PageServer = {
  /** What runs in a page before its own scripts; another for each test. */
  bridgeScript: string;
  urlOf: (page: 'window' | 'toolbar') => string;
  close: () => Promise<void>;
};

/** Serves `src/index.html` with the bundles in `built`. These keep their address, so the browser compiles them once. */
export async function servePages(built: string): Promise<PageServer> {
  const html = await readFile(path.join(ROOT, 'src/index.html'), 'utf8');
  const files = new Map<string, { body: string; cache?: string }>();
  for (const name of ['window', 'toolbar'] as const) {
    const head = `<link rel="stylesheet" href="${name}.css" /><script defer src="bridge.js"></script><script defer src="${name}.js"></script>`;
    files.set(`/${name}.html`, { body: html.replace('</head>', `${head}</head>`) });
    for (const file of [`${name}.js`, `${name}.css`])
      files.set(`/${file}`, { body: await readFile(path.join(built, file), 'utf8'), cache: 'max-age=3600' });
  }
  const server = createServer((request, response) => {
    const { url = '' } = request;
    if (url.startsWith('/sessions/')) return void sendRecorded(request, response);
    const file = url === '/bridge.js' ? { body: pages.bridgeScript } : files.get(url);
    if (!file) return response.writeHead(url === '/favicon.ico' ? 204 : 404).end();
    response.setHeader('content-security-policy', CSP);
    response.setHeader('content-type', types[path.extname(url)]!);
    response.setHeader('cache-control', ('cache' in file && file.cache) || 'no-store');
    response.end(file.body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const pages: PageServer = {
    bridgeScript: '',
    urlOf: (name) => `http://127.0.0.1:${port}/${name}.html`,
    close: async () => {
      server.closeAllConnections();
      await promisify(server.close.bind(server))();
    },
  };
  return pages;
}
