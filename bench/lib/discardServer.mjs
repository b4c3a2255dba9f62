// An S3 server that discards every body, so that an upload's time is the client's own. node discardServer.mjs PORT
// [KEY_FILE CERT_FILE]; prints "listening" on stdout. Checks no signatures, and keeps only the bodies of small objects,
// because a client reads its probe back. Answers `count` over IPC with the number of requests since the last one.
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';

const [port, keyFile, certFile] = process.argv.slice(2);

const KEPT_BYTES = 4096;
/** rclone compares the ETag of a small object with its MD5, as S3 returns it. */
const HASHED_BYTES = 8 * 1024 ** 2;

let requests = 0;
process.on('message', () => {
  process.send(requests);
  requests = 0;
});

/** The data of each key: size, metadata, checksum headers, and the body of a small object. */
const objects = new Map();
/** Uploads in progress by upload id: `{ metadata, parts: number → { size, crc32, etag } }`. */
const uploads = new Map();

const xml = (text) => ({ body: `<?xml version="1.0" encoding="UTF-8"?>${text}`, type: 'application/xml' });
const newEtag = () => `"${randomBytes(16).toString('hex')}"`;

function metadataOf(headers) {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith('x-amz-meta-')));
}

/** @returns `{ status?, headers?, body?, type? }` */
function answer(request, url, { size, small, md5 }) {
  const uploadId = url.searchParams.get('uploadId');
  if (request.method === 'POST' && url.searchParams.has('uploads')) return createUpload(request, url);
  if (request.method === 'PUT' && uploadId) return putPart(request, url, uploadId, size);
  if (request.method === 'POST' && uploadId) return completeUpload(url, uploadId);
  if (request.method === 'PUT') return putObject(request, url, { size, small, md5 });
  if (request.method === 'HEAD') return headObject(url);
  if (request.method === 'GET' && uploadId) return listParts(uploadId);
  if (request.method === 'GET' && objects.has(url.pathname)) return { body: objects.get(url.pathname).small };
  if (request.method === 'DELETE') return { status: 204 };
  return xml('<ListMultipartUploadsResult></ListMultipartUploadsResult>');
}

function createUpload(request, url) {
  const id = randomBytes(16).toString('hex');
  uploads.set(id, { metadata: metadataOf(request.headers), parts: new Map() });
  const [, bucket, ...key] = url.pathname.split('/');
  return xml(
    `<InitiateMultipartUploadResult><Bucket>${bucket}</Bucket><Key>${key.join('/')}</Key>` +
      `<UploadId>${id}</UploadId></InitiateMultipartUploadResult>`,
  );
}

function putPart(request, url, uploadId, size) {
  const crc32 = request.headers['x-amz-checksum-crc32'];
  const etag = newEtag();
  uploads.get(uploadId)?.parts.set(Number(url.searchParams.get('partNumber')), { size, crc32, etag });
  return { headers: { etag, ...(crc32 && { 'x-amz-checksum-crc32': crc32 }) } };
}

function listParts(uploadId) {
  const parts = [...(uploads.get(uploadId)?.parts ?? [])].map(
    ([number, { size, etag }]) =>
      `<Part><PartNumber>${number}</PartNumber><Size>${size}</Size><ETag>${etag}</ETag></Part>`,
  );
  return xml(`<ListPartsResult>${parts.join('')}</ListPartsResult>`);
}

async function completeUpload(url, uploadId) {
  const { metadata, parts } = uploads.get(uploadId) ?? { metadata: {}, parts: new Map() };
  uploads.delete(uploadId);
  const inOrder = [...parts].sort(([a], [b]) => a - b).map(([, part]) => part);
  const etag = `"${randomBytes(16).toString('hex')}-${inOrder.length}"`;
  const size = inOrder.reduce((sum, part) => sum + part.size, 0);
  const modified = new Date().toUTCString();
  objects.set(url.pathname, { size, etag, metadata, crc32: await compositeCrc32(inOrder), modified });
  return xml(`<CompleteMultipartUploadResult><ETag>${etag}</ETag></CompleteMultipartUploadResult>`);
}

/** S3's checksum of the parts' checksums; undefined if a part came without one. */
async function compositeCrc32(parts) {
  if (parts.some(({ crc32 }) => !crc32)) return undefined;
  const { crc32 } = await import('node:zlib');
  const value = Buffer.alloc(4);
  value.writeUInt32BE(crc32(Buffer.concat(parts.map((part) => Buffer.from(part.crc32, 'base64')))));
  return `${value.toString('base64')}-${parts.length}`;
}

function putObject(request, url, { size, small, md5 }) {
  if (request.headers['if-none-match'] && objects.has(url.pathname))
    return { status: 412, ...xml('<Error><Code>PreconditionFailed</Code></Error>') };
  const etag = md5 ? `"${md5}"` : newEtag();
  const crc32 = request.headers['x-amz-checksum-crc32'];
  const modified = new Date().toUTCString();
  objects.set(url.pathname, { size, etag, metadata: metadataOf(request.headers), crc32, small, modified });
  return { headers: { etag, ...(crc32 && { 'x-amz-checksum-crc32': crc32 }) } };
}

function headObject(url) {
  const found = objects.get(url.pathname);
  if (!found) return { status: 404 };
  const checksum = found.crc32 && {
    'x-amz-checksum-crc32': found.crc32,
    'x-amz-checksum-type': found.crc32.includes('-') ? 'COMPOSITE' : 'FULL_OBJECT',
  };
  const facts = { etag: found.etag, 'content-length': found.size, 'last-modified': found.modified };
  return { headers: { ...facts, ...found.metadata, ...checksum } };
}

function handle(request, response) {
  requests += 1;
  let size = 0;
  const kept = [];
  const hash = Number(request.headers['content-length']) <= HASHED_BYTES ? createHash('md5') : undefined;
  request.on('data', (chunk) => {
    size += chunk.length;
    hash?.update(chunk);
    if (size <= KEPT_BYTES) kept.push(chunk);
  });
  request.on('end', () => {
    const decoded = Number(request.headers['x-amz-decoded-content-length'] ?? size);
    const small = size <= KEPT_BYTES ? Buffer.concat(kept) : undefined;
    void reply(request, response, { size: decoded, small, md5: hash?.digest('hex') });
  });
}

async function reply(request, response, body) {
  const {
    status = 200,
    headers = {},
    body: text = '',
    type,
  } = await answer(request, new URL(request.url, 'http://server'), body);
  response.writeHead(status, { ...(type && { 'content-type': type }), ...headers });
  response.end(text);
}

const server = keyFile
  ? https.createServer({ key: readFileSync(keyFile), cert: readFileSync(certFile) }, handle)
  : http.createServer(handle);
server.keepAliveTimeout = 60_000;
server.listen(Number(port), '127.0.0.1', () => console.log('listening'));
