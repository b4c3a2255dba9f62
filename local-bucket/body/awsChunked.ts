import { createHash } from 'node:crypto';
import { S3Error } from '../errors.ts';
import { equalText } from '../auth/equalText.ts';
import type { Signed } from '../auth/signature.ts';
import { hmac, sha256Hex } from '../auth/canonicalRequest.ts';
import { ByteReader } from './byteReader.ts';

export type ChunkedOptions = { signed: Signed; hasSignatures: boolean; hasTrailers: boolean };

/**
 * Removes the aws-chunked framing from a body and checks each chunk's signature, if it has one. Adds trailing headers
 * to `trailers` at the end. Source: "Signature calculations: transferring payload in chunks".
 */
export async function* decodeAwsChunked(
  raw: AsyncIterable<Buffer>,
  options: ChunkedOptions,
  trailers: Record<string, string>,
): AsyncGenerator<Buffer> {
  const reader = new ByteReader(raw);
  const chain = new SignatureChain(options.signed);
  for (;;) {
    const { size, signature } = readChunkLine(await reader.line());
    const hash = createHash('sha256');
    for await (const piece of reader.take(size)) {
      if (options.hasSignatures) hash.update(piece);
      yield piece;
    }
    if (options.hasSignatures) chain.checkChunk(hash.digest('hex'), signature);
    if (size === 0) break;
    await reader.expectLineEnd();
  }
  await readTrailers(reader, options, chain, trailers);
}

function readChunkLine(line: string): { size: number; signature: string } {
  const match = /^([0-9a-fA-F]+)(?:;chunk-signature=([0-9a-f]{64}))?$/.exec(line);
  if (!match) throw new S3Error('InvalidRequest', 'The chunked framing of the body is broken.');
  return { size: parseInt(match[1]!, 16), signature: match[2] ?? '' };
}

async function readTrailers(
  reader: ByteReader,
  options: ChunkedOptions,
  chain: SignatureChain,
  trailers: Record<string, string>,
): Promise<void> {
  if (!options.hasTrailers) return reader.expectLineEnd();
  let signature = '';
  for (let line = await reader.line(); line !== ''; line = await reader.line()) {
    const at = line.indexOf(':');
    const [name, value] = [line.slice(0, at).toLowerCase(), line.slice(at + 1).trim()];
    if (name === 'x-amz-trailer-signature') signature = value;
    else trailers[name] = value;
  }
  if (options.hasSignatures) chain.checkTrailers(trailers, signature);
}

/** Each chunk's signature covers the previous one; the first covers the request's own. */
class SignatureChain {
  private readonly signed: Signed;
  private previous: string;
  constructor(signed: Signed) {
    this.signed = signed;
    this.previous = signed.signature;
  }

  checkChunk(payloadHash: string, signature: string): void {
    this.check('AWS4-HMAC-SHA256-PAYLOAD', `${sha256Hex('')}\n${payloadHash}`, signature);
  }

  checkTrailers(trailers: Record<string, string>, signature: string): void {
    const text = Object.entries(trailers).map(([name, value]) => `${name}:${value}\n`);
    this.check('AWS4-HMAC-SHA256-TRAILER', sha256Hex(text.join('')), signature);
  }

  private check(algorithm: string, hashes: string, signature: string): void {
    const { timestamp, scope, key } = this.signed;
    const text = [algorithm, timestamp, scope, this.previous, hashes].join('\n');
    const expected = hmac(key, text).toString('hex');
    if (!equalText(expected, signature)) throw new S3Error('SignatureDoesNotMatch');
    this.previous = expected;
  }
}
