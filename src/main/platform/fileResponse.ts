import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';

const contentTypes: Readonly<Record<string, string>> = {
  '.mp4': 'video/mp4',
  '.webm': 'video/webm',
  '.jpg': 'image/jpeg',
};

/**
 * A file as an answer to GET or HEAD, whole or the one range that was asked for (RFC 9110 §14), as a stream: closing
 * the answer closes the file. Several ranges at once, or a unit other than bytes, get the whole.
 * @throws the system's error when the file cannot be looked at
 */
export async function fileResponse(
  request: Pick<Request, 'method' | 'headers'>,
  file: string,
): Promise<Response> {
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return new Response(null, { status: 405, headers: { allow: 'GET, HEAD' } });
  const { size } = await stat(file);
  const range = parseRange(request.headers.get('range'), size);
  if (range === 'unsatisfiable')
    return new Response(null, { status: 416, headers: { 'content-range': `bytes */${size}` } });
  const { first, last } = range ?? { first: 0, last: size - 1 };
  const length = last - first + 1;
  const headers = {
    'content-type': contentTypes[path.extname(file)] ?? 'application/octet-stream',
    'content-length': String(length),
    'accept-ranges': 'bytes',
    // A segment may be replaced by its seekable copy, under the same name.
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...(range && { 'content-range': `bytes ${first}-${last}/${size}` }),
  };
  const hasBody = request.method === 'GET' && length > 0;
  return new Response(hasBody ? bytesOf(file, first, last) : null, { status: range ? 206 : 200, headers });
}

type Range = { first: number; last: number };

function parseRange(header: string | null, size: number): Range | 'unsatisfiable' | null {
  const found = /^bytes=(?:(\d+)-(\d*)|-(\d+))$/.exec(header?.trim() ?? '');
  if (!found) return null;
  const [, from, until, suffix] = found;
  if (suffix !== undefined)
    return within({ first: Math.max(0, size - Number(suffix)), last: size - 1 }, size);
  const last = until ? Number(until) : Infinity;
  // A range that ends before it begins is none at all.
  if (last < Number(from)) return null;
  return within({ first: Number(from), last: Math.min(last, size - 1) }, size);
}

function within(range: Range, size: number): Range | 'unsatisfiable' {
  return range.first < size ? range : 'unsatisfiable';
}

function bytesOf(file: string, first: number, last: number): ReadableStream<Uint8Array> {
  return Readable.toWeb(createReadStream(file, { start: first, end: last })) as ReadableStream<Uint8Array>;
}
