import { checksumHeader, type Checksum } from '../body/checksums.ts';
import { S3Error } from '../errors.ts';
import type { ObjectLabels, StoredObject } from '../storage/types.ts';

const KEPT = ['content-type', 'content-encoding', 'content-disposition', 'content-language', 'cache-control'];
const METADATA = 'x-amz-meta-';

/** The request headers that are stored with the object. */
export function readLabels(headers: Record<string, string>): ObjectLabels {
  const kept = Object.fromEntries(KEPT.filter((name) => headers[name]).map((name) => [name, headers[name]!]));
  // "aws-chunked" is a transfer encoding, not part of the content.
  const encoding = kept['content-encoding']
    ?.split(',')
    .filter((one) => one.trim() !== 'aws-chunked')
    .join(',');
  if (encoding) kept['content-encoding'] = encoding;
  else delete kept['content-encoding'];
  const metadata = Object.entries(headers)
    .filter(([name]) => name.startsWith(METADATA))
    .map(([name, value]) => [name.slice(METADATA.length), value]);
  return { headers: kept, metadata: Object.fromEntries(metadata) as Record<string, string> };
}

/** The headers that describe an object. Checksums only on request, as in S3. */
export function objectHeaders(object: StoredObject, withChecksum: boolean): Record<string, string> {
  const headers: Record<string, string> = {
    'content-type': 'binary/octet-stream',
    ...object.headers,
    etag: `"${object.etag}"`,
    'last-modified': new Date(object.lastModified).toUTCString(),
    'accept-ranges': 'bytes',
  };
  for (const [name, value] of Object.entries(object.metadata)) headers[METADATA + name] = value;
  if (!withChecksum || !object.checksum) return headers;
  return { ...headers, ...checksumHeaders(object.checksum), 'x-amz-checksum-type': object.checksum.type };
}

/** `response-content-disposition=…` and similar parameters: a (presigned) GET can override the response headers. */
export function askedForHeaders(query: ReadonlyMap<string, string>): Record<string, string> {
  const asked: Record<string, string> = {};
  for (const name of KEPT) {
    const value = query.get(`response-${name}`);
    if (value === undefined) continue;
    if (!/^[\x20-\x7e]*$/.test(value)) throw new S3Error('InvalidArgument');
    asked[name] = value;
  }
  return asked;
}

export function checksumHeaders(checksum: Checksum | undefined): Record<string, string> {
  return checksum ? { [checksumHeader(checksum.algorithm)]: checksum.value } : {};
}

/** The XML element of a checksum, e.g. ChecksumCRC32. */
export function checksumElement(checksum: Checksum | undefined): Record<string, string> {
  return checksum ? { [`Checksum${checksum.algorithm}`]: checksum.value } : {};
}
