import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { protocol, session } from 'electron';
import { AppFailure } from '../../shared/appError';
import { contentSecurityPolicy } from './contentSecurityPolicy';
import { fileBelow } from './fileBelow';
import { fileResponse } from './fileResponse';
import { isOfOrigin } from './ownOrigin';

declare const MAIN_WINDOW_WEBPACK_ENTRY: string;
declare const MAIN_WINDOW_PRELOAD_WEBPACK_ENTRY: string;

export type PageName = 'main_window' | 'toolbar' | 'capture';

const SCHEME = 'app';
const ORIGIN = `${SCHEME}://session-recorder`;
/** Session files are served below this path; pages are not. */
const FILES = '/sessions/';

/** Sent with every page of a built app. */
const CONTENT_SECURITY_POLICY = contentSecurityPolicy(`${ORIGIN}${FILES}`);

const contentTypes: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.map': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

/** In development Forge's server serves the pages over http; a build serves them from disk through app://. */
export const developmentOrigin = MAIN_WINDOW_WEBPACK_ENTRY.startsWith('http')
  ? new URL(MAIN_WINDOW_WEBPACK_ENTRY).origin
  : undefined;

/** The single origin of the app's pages. */
export const pageOrigin = developmentOrigin ?? ORIGIN;

export function pageUrl(page: PageName): string {
  return `${pageOrigin}/${page}/index.html`;
}

export const preloadFile = MAIN_WINDOW_PRELOAD_WEBPACK_ENTRY;

/** Must run before the app is ready. */
export function registerPageScheme(): void {
  protocol.registerSchemesAsPrivileged([
    // stream: otherwise media elements wait for the whole video.
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true } },
  ]);
}

type FindFile = (name: string) => Promise<string | null>;
let findFile: FindFile = () => Promise.resolve(null);

/** See `Platform.serveFiles`. Only one `find` can be registered. */
export function serveFiles(find: FindFile): string {
  findFile = find;
  // Relative if the page has the same origin.
  return developmentOrigin === undefined ? FILES : `${ORIGIN}${FILES}`;
}

/** Serves the built pages and the files that `serveFiles` finds, and nothing else. */
export function servePages(): void {
  const root = path.resolve(__dirname, '..', 'renderer');
  session.defaultSession.protocol.handle(SCHEME, async (request) => {
    if (!isOfOrigin(request.url, ORIGIN)) return notFound();
    const { pathname } = new URL(request.url);
    try {
      return await (pathname.startsWith(FILES)
        ? foundFile(request, pathname.slice(FILES.length))
        : builtPage(root, pathname));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      // Links and pipes in a session are not served.
      if (code === 'ENOENT' || code === 'EISDIR' || error instanceof AppFailure) return notFound();
      throw error;
    }
  });
}

async function foundFile(request: Request, name: string): Promise<Response> {
  const file = await findFile(name);
  return file === null ? notFound() : fileResponse(request, file);
}

async function builtPage(root: string, pathname: string): Promise<Response> {
  const file = fileBelow(root, pathname);
  if (!file) return notFound();
  return new Response(new Uint8Array(await readFile(file)), {
    headers: {
      'content-type': contentTypes[path.extname(file)] ?? 'application/octet-stream',
      'content-security-policy': CONTENT_SECURITY_POLICY,
      'x-content-type-options': 'nosniff',
    },
  });
}

function notFound(): Response {
  return new Response('Not found', { status: 404 });
}
