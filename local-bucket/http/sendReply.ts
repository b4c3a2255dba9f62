import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ServerResponse } from 'node:http';
import type { Reply } from '../operations/reply.ts';

/** Sends a reply with S3's common headers. Node omits the body for HEAD. */
export async function sendReply(response: ServerResponse, reply: Reply, requestId: string): Promise<void> {
  const { status, body } = reply;
  const own: Record<string, string> = {
    server: 'local-bucket',
    'x-amz-request-id': requestId,
    'x-amz-id-2': 'local-bucket',
  };
  const headers: Record<string, string> = { ...(reply.bare ? {} : own), ...reply.headers };
  const length = typeof body === 'string' ? Buffer.byteLength(body) : body ? undefined : 0;
  if (length !== undefined && status !== 204) headers['content-length'] ??= String(length);
  response.writeHead(status, headers);
  if (body === undefined || typeof body === 'string') response.end(body);
  else await pipeline(Readable.from(body, { objectMode: false }), response);
}
