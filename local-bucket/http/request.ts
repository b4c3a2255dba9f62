import type { IncomingMessage } from 'node:http';
import { S3Error } from '../errors.ts';

/** A parsed request, before any validation. Paths and queries are decoded. */
export type S3Request = {
  http: IncomingMessage;
  id: string;
  method: string;
  path: string;
  bucket?: string;
  key?: string;
  query: Map<string, string>;
  /** Header names in lower case. */
  headers: Record<string, string>;
};

export function readRequest(http: IncomingMessage, id: string): S3Request {
  const [rawPath = '/', rawQuery = ''] = splitOnce(http.url ?? '/', '?');
  const path = decode(rawPath);
  const [bucket, key] = splitOnce(path.slice(1), '/');
  return {
    http,
    id,
    method: http.method ?? 'GET',
    path,
    bucket: bucket || undefined,
    key: key || undefined,
    query: readQuery(rawQuery),
    headers: readHeaders(http),
  };
}

function readHeaders(http: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(http.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(',') : value;
  }
  return headers;
}

function readQuery(raw: string): Map<string, string> {
  const query = new Map<string, string>();
  for (const pair of raw.split('&')) {
    if (pair === '') continue;
    const [name, value = ''] = splitOnce(pair, '=');
    query.set(decode(name!), decode(value));
  }
  return query;
}

function splitOnce(text: string, separator: string): [string, string?] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + separator.length)];
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new S3Error('InvalidArgument', 'The URL is not percent-encoded UTF-8.');
  }
}
