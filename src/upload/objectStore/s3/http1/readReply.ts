/** A reply to one request. `reason`: the text after the status. Header names are in lower case. */
export type HttpReply = {
  statusCode: number;
  reason: string;
  headers: Record<string, string>;
  body: Buffer;
  /** Whether the connection can be reused. */
  keepsConnection: boolean;
};

/** The data is not HTTP/1.1, or not a complete reply. */
export class MalformedReply extends Error {
  readonly code = 'MalformedReply';
}

/** Reads only the beginning of a longer body: an S3 error has about a kilobyte. */
const MOST_BODY_BYTES = 64 * 1024;
const MOST_HEAD_BYTES = 16 * 1024;
const MOST_LINE_BYTES = 4096;

const BEGINNING = 'HTTP/1.';
const STATUS_LINE = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: ([^\r\n\0]*))?$/;
const HEADER_LINE = /^([!#$%&'*+.^_`|~\w-]+):[ \t]*([^\r\n\0]*)$/;
const CHUNK_LINE = /^([\da-f]{1,13})[ \t]*(?:;[^\r\n\0]*)?$/i;
const LENGTH = /^\d{1,15}$/;

/** node:http keeps only the first value of these headers, and joins those of others. */
const SINGLE = new Set(
  'age content-length content-type etag expires last-modified location retry-after server'.split(' '),
);

type Head = Omit<HttpReply, 'body'> & { bytes: number };

/**
 * Parses the reply to a request other than HEAD. Rejects ambiguous replies. Source: RFC 9112.
 * @param received all bytes since the request was sent
 * @param hasEnded whether the server closed the connection
 * @returns undefined if incomplete
 * @throws MalformedReply
 */
export function readReply(received: Buffer, hasEnded: boolean): HttpReply | undefined {
  const head = readHead(received);
  const rest = head && received.subarray(head.bytes);
  const reply = rest && readRest(head, rest, hasEnded);
  if (!reply && hasEnded) throw new MalformedReply('the reply was cut off');
  return reply;
}

function readRest({ bytes: _, ...head }: Head, rest: Buffer, hasEnded: boolean): HttpReply | undefined {
  const body = readBody(head, rest, hasEnded);
  if (body) {
    const isAll = body.endsAt === rest.length;
    return { ...head, body: body.content, keepsConnection: head.keepsConnection && isAll && !hasEnded };
  }
  if (rest.length <= MOST_BODY_BYTES) return undefined;
  return { ...head, body: rest.subarray(0, MOST_BODY_BYTES), keepsConnection: false };
}

/** The head of the final reply. An interim reply, such as 103, has no body. */
function readHead(received: Buffer): Head | undefined {
  for (let start = 0; ;) {
    const end = received.indexOf('\r\n\r\n', start);
    if ((end < 0 ? received.length : end) > MOST_HEAD_BYTES) throw new MalformedReply('endless headers');
    if (end < 0) return requireBeginning(received.toString('latin1', start, start + BEGINNING.length));
    const head = parseHead(received.toString('latin1', start, end));
    start = end + 4;
    if (head.statusCode === 101) throw new MalformedReply('the server switched protocols');
    if (head.statusCode >= 200) return { ...head, bytes: start };
  }
}

/** Another protocol may send a line and then wait. */
function requireBeginning(text: string): undefined {
  if (!BEGINNING.startsWith(text)) throw new MalformedReply(`not a status line: ${text}`);
}

function parseHead(text: string): Omit<Head, 'bytes'> {
  const [first = '', ...lines] = text.split('\r\n');
  const status = STATUS_LINE.exec(first);
  if (!status) throw new MalformedReply(`not a status line: ${first.slice(0, 100)}`);
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const header = HEADER_LINE.exec(line);
    if (!header) throw new MalformedReply(`not a header: ${line.slice(0, 100)}`);
    const name = header[1]!.toLowerCase();
    const value = header[2]!.trimEnd();
    const known = Object.hasOwn(headers, name) ? headers[name] : undefined;
    if (known === undefined) headers[name] = value;
    else if (name === 'content-length' && known !== value) throw new MalformedReply('two lengths');
    else if (!SINGLE.has(name)) headers[name] = `${known}, ${value}`;
  }
  const asks = (headers.connection ?? '').toLowerCase();
  const keepsConnection = status[1] === '1' ? !asks.includes('close') : asks.includes('keep-alive');
  return { statusCode: Number(status[2]), reason: status[3] ?? '', headers, keepsConnection };
}

type Body = { content: Buffer; endsAt: number };

const NO_BODY: Body = { content: Buffer.alloc(0), endsAt: 0 };

/** @returns undefined if incomplete */
function readBody(
  { statusCode, headers }: Omit<Head, 'bytes'>,
  rest: Buffer,
  hasEnded: boolean,
): Body | undefined {
  const { 'transfer-encoding': coding, 'content-length': length } = headers;
  if (statusCode === 204 || statusCode === 304) return NO_BODY;
  if (coding !== undefined) {
    if (length !== undefined) throw new MalformedReply('a length beside chunks');
    if (coding.toLowerCase() !== 'chunked') throw new MalformedReply(`encoded as ${coding.slice(0, 100)}`);
    return readChunks(rest);
  }
  if (length === undefined) return hasEnded ? { content: rest, endsAt: rest.length } : undefined;
  if (!LENGTH.test(length)) throw new MalformedReply(`a length of ${length.slice(0, 100)}`);
  const bytes = Number(length);
  return rest.length < bytes ? undefined : { content: rest.subarray(0, bytes), endsAt: bytes };
}

function readChunks(rest: Buffer): Body | undefined {
  const chunks: Buffer[] = [];
  for (let at = 0; ;) {
    const size = readLine(rest, at);
    if (!size) return undefined;
    const hex = CHUNK_LINE.exec(size.text)?.[1];
    if (hex === undefined) throw new MalformedReply(`not the size of a chunk: ${size.text.slice(0, 100)}`);
    const end = size.endsAt + parseInt(hex, 16);
    if (end === size.endsAt) {
      const endsAt = skipTrailers(rest, end);
      return endsAt === undefined ? undefined : { content: Buffer.concat(chunks), endsAt };
    }
    if (rest.length < end + 2) return undefined;
    if (rest.toString('latin1', end, end + 2) !== '\r\n') throw new MalformedReply('a chunk without an end');
    chunks.push(rest.subarray(size.endsAt, end));
    at = end + 2;
  }
}

/** @returns the offset of the end of the body */
function skipTrailers(rest: Buffer, from: number): number | undefined {
  for (let at = from; ;) {
    const line = readLine(rest, at);
    if (!line) return undefined;
    at = line.endsAt;
    if (line.text === '') return at;
    if (!HEADER_LINE.test(line.text)) throw new MalformedReply(`not a trailer: ${line.text.slice(0, 100)}`);
  }
}

function readLine(rest: Buffer, from: number): { text: string; endsAt: number } | undefined {
  const end = rest.indexOf('\r\n', from);
  if ((end < 0 ? rest.length : end) - from > MOST_LINE_BYTES) throw new MalformedReply('an endless line');
  return end < 0 ? undefined : { text: rest.toString('latin1', from, end), endsAt: end + 2 };
}
