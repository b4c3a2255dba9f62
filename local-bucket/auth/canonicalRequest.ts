import { createHash, createHmac } from 'node:crypto';
import type { S3Request } from '../http/request.ts';

/** The signed form of a request. Source: "Signature Version 4", Amazon S3 API reference. */
export function canonicalRequest(
  request: S3Request,
  signedHeaders: string[],
  payloadHash: string,
  unsignedQuery: string,
): string {
  const query = [...request.query]
    .filter(([name]) => name !== unsignedQuery)
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .sort(([a, av], [b, bv]) => compare(a, b) || compare(av, bv))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
  const headers = signedHeaders.map((name) => `${name}:${trimmed(request.headers[name] ?? '')}\n`).join('');
  const path = request.path.split('/').map(encode).join('/');
  return [request.method, path, query, headers, signedHeaders.join(';'), payloadHash].join('\n');
}

/** @param scope `date/region/s3/aws4_request` */
export function stringToSign(timestamp: string, scope: string, canonical: string): string {
  return ['AWS4-HMAC-SHA256', timestamp, scope, sha256Hex(canonical)].join('\n');
}

export function signingKey(secret: string, scope: string): Buffer {
  return scope.split('/').reduce<Buffer>((key, part) => hmac(key, part), Buffer.from(`AWS4${secret}`));
}

export function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

export function sha256Hex(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** RFC 3986: everything but unreserved characters, "/" included. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function trimmed(value: string): string {
  return value.trim().replace(/ +/g, ' ');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
