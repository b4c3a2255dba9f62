import path from 'node:path';
import { Readable } from 'node:stream';
import { openToRead, type FileHandle } from '../../lib/guardedFiles';

const contentTypes: Readonly<Record<string, string>> = {
  '.mp4': 'video/mp4',
  '.webm': 'video/webm',
  '.jpg': 'image/jpeg',
};

/**
 * Answers GET or HEAD with a file, whole or the one requested range (RFC 9110 §14), as a stream. Cancelling the
 * response closes the file. Several ranges, or a unit other than bytes, get the whole file.
 * @throws the system's error when the file cannot be opened, AppFailure when it is not a regular file (a link, a pipe
 * …)
 */
export async function fileResponse(
  request: Pick<Request, 'method' | 'headers'>,
  file: string,
): Promise<Response> {
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return new Response(null, { status: 405, headers: { allow: 'GET, HEAD' } });
  const handle = await openToRead(file);
  try {
    const { size } = await handle.stat();
    const range = parseRange(request.headers.get('range'), size);
    const answer = range === 'unsatisfiable' ? unsatisfiable(size) : found(file, size, range);
    const { first, last, ...head } = answer;
    const hasBody = request.method === 'GET' && last >= first;
    if (hasBody) return new Response(bytesOf(handle, first, last), head);
    await handle.close();
    return new Response(null, head);
  } catch (error) {
    await handle.close();
    throw error;
  }
}

type Answer = Range & { status: number; headers: Record<string, string> };

function unsatisfiable(size: number): Answer {
  return { first: 0, last: -1, status: 416, headers: { 'content-range': `bytes */${size}` } };
}

function found(file: string, size: number, range: Range | null): Answer {
  const { first, last } = range ?? { first: 0, last: size - 1 };
  const headers = {
    'content-type': contentTypes[path.extname(file)] ?? 'application/octet-stream',
    'content-length': String(last - first + 1),
    'accept-ranges': 'bytes',
    // A segment may be replaced by its seekable copy, under the same name.
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...(range && { 'content-range': `bytes ${first}-${last}/${size}` }),
  };
  return { first, last, status: range ? 206 : 200, headers };
}

type Range = { first: number; last: number };

function parseRange(header: string | null, size: number): Range | 'unsatisfiable' | null {
  const found = /^bytes=(?:(\d+)-(\d*)|-(\d+))$/.exec(header?.trim() ?? '');
  if (!found) return null;
  const [, from, until, suffix] = found;
  if (suffix !== undefined)
    return within({ first: Math.max(0, size - Number(suffix)), last: size - 1 }, size);
  const last = until ? Number(until) : Infinity;
  // A range that ends before it begins is invalid and ignored.
  if (last < Number(from)) return null;
  return within({ first: Number(from), last: Math.min(last, size - 1) }, size);
}

function within(range: Range, size: number): Range | 'unsatisfiable' {
  return range.first < size ? range : 'unsatisfiable';
}

/** Cancelling the stream closes the file. */
function bytesOf(handle: FileHandle, first: number, last: number): ReadableStream<Uint8Array> {
  return Readable.toWeb(handle.createReadStream({ start: first, end: last })) as ReadableStream<Uint8Array>;
}
