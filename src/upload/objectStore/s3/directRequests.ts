import {
  PutObjectCommand,
  UploadPartCommand,
  type PutObjectCommandInput,
  type PutObjectCommandOutput,
  type S3Client,
  type UploadPartCommandInput,
  type UploadPartCommandOutput,
} from '@aws-sdk/client-s3';
import { hash, randomUUID } from 'node:crypto';
import { finished } from 'node:stream';
import type { createS3RequestHandler } from './s3RequestHandler';
import { RequestSigner, type SigningScope } from './signRequest';
import {
  encode,
  queryString,
  type TransportOptions,
  type TransportRequest,
  type TransportResponse,
} from './httpTransport';

type Bytes = { Bucket: string; Key: string; Body: Uint8Array };
export type PutInput = Omit<PutObjectCommandInput, 'Body'> & Bytes;
export type PartInput = Omit<UploadPartCommandInput, 'Body'> &
  Bytes & { UploadId: string; PartNumber: number };
type BodyInput = PutInput | PartInput;
/** Stands for both commands, because the SDK's types do not accept a union of commands. */
type BodyCommand = PutObjectCommand;
type BodyReply = Pick<
  PutObjectCommandOutput & UploadPartCommandOutput,
  'ETag' | 'VersionId' | 'ChecksumCRC32' | 'ChecksumCRC64NVME'
>;

/** The common part of all requests of one operation. `path` ends where the key begins. */
type Template = Pick<TransportRequest, 'method' | 'protocol' | 'hostname' | 'port' | 'path' | 'headers'> & {
  scope: SigningScope;
  signsBody: boolean;
};

/**
 * Sends PutObject and UploadPart without the SDK's middleware, which costs more than the rest of a small upload. The
 * SDK builds one request per operation, and later requests copy its URL and headers. The SDK also parses every reply
 * except a plain success, so errors look the same.
 */
export class DirectRequests {
  private readonly templates = new WeakMap<S3Client, Map<string, Promise<Template | null>>>();
  private readonly signer = new RequestSigner();

  constructor(private readonly transport: ReturnType<typeof createS3RequestHandler>) {}

  /** @throws the same error as the SDK for the same request and reply */
  async send(s3: S3Client, input: BodyInput, options: TransportOptions): Promise<BodyReply> {
    const own = headersOf(input);
    const template = own && (await this.templateFor(s3, input));
    if (!template) return s3.send(commandOf(input), options);
    const request = await this.makeRequest(s3, input, template, own);
    const sentAtMs = Date.now();
    const { response } = await this.transport.handle(request, options);
    if (response.statusCode >= 300) return readBySdk(s3, input, response);
    const body = await readReply(response.body);
    if (body.length > 0) return readBySdk(s3, input, { ...response, body });
    learnClock(s3, response.headers, sentAtMs);
    return replyOf(response.headers);
  }

  private async makeRequest(
    s3: S3Client,
    input: BodyInput,
    template: Template,
    own: Record<string, string>,
  ): Promise<TransportRequest> {
    const { scope, signsBody, ...place } = template;
    const query = queryOf(input);
    const path = place.path + input.Key.split('/').map(encode).join('/');
    const headers = {
      ...template.headers,
      ...own,
      'content-length': String(input.Body.length),
      'amz-sdk-invocation-id': randomUUID(),
    };
    const bodyHash = signsBody ? hash('sha256', input.Body) : UNSIGNED;
    const credentials = await s3.config.credentials();
    const date = new Date(Date.now() + s3.config.systemClockOffset);
    const signable = { method: place.method, path, query: queryString(query), headers, bodyHash };
    const signed = this.signer.sign(signable, scope, credentials, date);
    return { ...place, path, query, headers: signed, body: input.Body };
  }

  private templateFor(s3: S3Client, input: BodyInput): Promise<Template | null> {
    const known = this.templates.get(s3) ?? new Map<string, Promise<Template | null>>();
    this.templates.set(s3, known);
    const operation = isPart(input) ? 'UploadPart' : 'PutObject';
    const found = known.get(operation);
    if (found) return found;
    const made = makeTemplate(s3, input);
    known.set(operation, made);
    // A failure to get credentials may be temporary.
    made.catch(() => known.delete(operation));
    return made;
  }
}

const UNSIGNED = 'UNSIGNED-PAYLOAD';

/** Headers that differ between requests. */
const PER_REQUEST = [
  'amz-sdk-invocation-id',
  'authorization',
  'content-length',
  'x-amz-content-sha256',
  'x-amz-date',
  'x-amz-security-token',
];

/** The fields of the SDK's inputs that become a header unchanged. */
const HEADER_OF: Partial<Record<string, string>> = {
  ChecksumCRC32: 'x-amz-checksum-crc32',
  ChecksumCRC64NVME: 'x-amz-checksum-crc64nvme',
  ContentMD5: 'content-md5',
  ContentType: 'content-type',
  IfMatch: 'if-match',
  IfNoneMatch: 'if-none-match',
  SSEKMSKeyId: 'x-amz-server-side-encryption-aws-kms-key-id',
  ServerSideEncryption: 'x-amz-server-side-encryption',
  StorageClass: 'x-amz-storage-class',
  Tagging: 'x-amz-tagging',
};

const NO_HEADER = new Set(['Bucket', 'Key', 'Body', 'UploadId', 'PartNumber']);

/** @returns undefined if only the SDK can send one of the fields */
function headersOf(input: BodyInput): Record<string, string> | undefined {
  const headers: Record<string, string> = {};
  for (const field in input) {
    const value: unknown = input[field as keyof BodyInput];
    if (value === undefined || NO_HEADER.has(field)) continue;
    if (field === 'Metadata') {
      const metadata = value as Record<string, string>;
      for (const name in metadata) headers[`x-amz-meta-${name}`.toLowerCase()] = metadata[name]!;
      continue;
    }
    const header = HEADER_OF[field];
    if (header === undefined) return undefined;
    headers[header] = String(value);
  }
  return headers;
}

/**
 * Makes the SDK build an upload of an empty body to the same bucket.
 * @returns null if the SDK uses another signing scheme, as for S3 Express
 */
async function makeTemplate(s3: S3Client, input: BodyInput): Promise<Template | null> {
  let built: TransportRequest | undefined;
  await sendAnswered(s3, emptyCommand(input), (request) => {
    built = request;
    return { statusCode: 200, headers: {}, body: new Uint8Array() };
  });
  const { method, protocol, hostname, port, path, headers } = built!;
  const signed = /^AWS4-HMAC-SHA256 Credential=.*\/\d{8}\/([^/]+)\/s3\/aws4_request,/;
  const region = signed.exec(headers.authorization ?? '')?.[1];
  if (region === undefined || !path.endsWith(`/${SOME_KEY}`)) return null;
  const kept = Object.entries(headers).filter(([name]) => !PER_REQUEST.includes(name));
  return {
    ...{ method, protocol, hostname, port },
    path: path.slice(0, -SOME_KEY.length),
    headers: Object.fromEntries(kept),
    scope: { region, service: 's3' },
    signsBody: headers['x-amz-content-sha256'] !== UNSIGNED,
  };
}

/** Makes the SDK parse a reply. */
function readBySdk(s3: S3Client, input: BodyInput, response: TransportResponse): Promise<BodyReply> {
  return sendAnswered(s3, emptyCommand(input), () => response);
}

/** Runs a command up to the transport, where `answer` replies instead of the server. */
function sendAnswered(
  s3: S3Client,
  command: BodyCommand,
  answer: (request: TransportRequest) => TransportResponse,
): Promise<BodyReply> {
  const answering = () => (args: { request: unknown }) =>
    Promise.resolve({ response: answer(args.request as TransportRequest) });
  // Added to this command only: the SDK may send others first, for example to open a session.
  command.middlewareStack.add(answering as never, { step: 'deserialize', priority: 'low' });
  return s3.send(command);
}

function commandOf(input: BodyInput): BodyCommand {
  const command = isPart(input) ? new UploadPartCommand(input) : new PutObjectCommand(input);
  return command as BodyCommand;
}

const SOME_KEY = 'key';

function emptyCommand(input: BodyInput): BodyCommand {
  const at = { Bucket: input.Bucket, Key: SOME_KEY, Body: new Uint8Array() };
  return commandOf(isPart(input) ? { ...at, UploadId: 'upload', PartNumber: 1 } : at);
}

function isPart(input: BodyInput): input is PartInput {
  return 'UploadId' in input;
}

function queryOf(input: BodyInput): Record<string, string> {
  return isPart(input) ? { partNumber: String(input.PartNumber), uploadId: input.UploadId } : {};
}

function replyOf(headers: Record<string, string>): BodyReply {
  return {
    ETag: headers.etag,
    VersionId: headers['x-amz-version-id'],
    ChecksumCRC32: headers['x-amz-checksum-crc32'],
    ChecksumCRC64NVME: headers['x-amz-checksum-crc64nvme'],
  };
}

/** `buffer` of node:stream/consumers makes a Blob first, which takes longer than reading a small reply. */
async function readReply(reply: TransportResponse['body']): Promise<Uint8Array> {
  if (reply instanceof Uint8Array) return reply;
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    reply.on('data', (chunk: Buffer) => chunks.push(chunk));
    finished(reply, (error) => (error ? reject(error) : resolve(Buffer.concat(chunks))));
  });
}

/** The date of a reply that took this long is too old to set the clock. */
const OLD_MS = 900_000;

/** Uses the server's time for later signatures, as the SDK does. */
function learnClock(
  { config }: S3Client,
  { date = '', age }: Record<string, string>,
  sentAtMs: number,
): void {
  const serverMs = Date.parse(date);
  const nowMs = Date.now();
  if (age !== undefined || Number.isNaN(serverMs) || nowMs - sentAtMs > OLD_MS) return;
  config.systemClockOffset = serverMs - nowMs;
}
