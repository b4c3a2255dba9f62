import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from '@playwright/test';
import webpack from 'webpack';
import MiniCssExtractPlugin from 'mini-css-extract-plugin';
import { rendererConfig } from '../../webpack.renderer.config';

const ROOT = path.resolve(__dirname, '../..');
const ORIGIN = 'http://session-recorder.test';
const CSP =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; font-src 'self'; connect-src 'self'";
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

/** Serves the pages built in `built` to `page`, under the policy the app itself sets, without a server. */
export async function servePages(page: Page, built: string): Promise<void> {
  const html = await readFile(path.join(ROOT, 'src/index.html'), 'utf8');
  await page.route(`${ORIGIN}/**`, async (route) => {
    const { pathname } = new URL(route.request().url());
    const type = types[path.extname(pathname)];
    if (!type) return route.fulfill({ status: 404 });
    const name = path.basename(pathname, '.html');
    const body = pathname.endsWith('.html')
      ? html.replace(
          '</head>',
          `<link rel="stylesheet" href="${name}.css" /><script defer src="${name}.js"></script></head>`,
        )
      : await readFile(path.join(built, path.basename(pathname)), 'utf8');
    await route.fulfill({ body, contentType: type, headers: { 'content-security-policy': CSP } });
  });
}

export function pageUrl(name: 'window' | 'toolbar'): string {
  return `${ORIGIN}/${name}.html`;
}
