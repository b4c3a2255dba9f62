import type { BucketStore } from '../storage/bucketStore.ts';
import type { BucketFolder } from '../storage/bucketFolder.ts';
import type { IncomingBody } from '../body/receiveBody.ts';
import type { S3Request } from '../http/request.ts';

/** What an operation works with. `now` is epoch milliseconds. */
export type OperationContext = {
  request: S3Request;
  store: BucketStore;
  body: IncomingBody;
  region: string;
  now: number;
};

/** An operation within a bucket, and on a key of it. */
export type KeyContext = OperationContext & { bucket: BucketFolder; key: string };

/** What is to be sent back. A stream needs its length in the headers. */
export type Reply = {
  status: number;
  headers?: Record<string, string>;
  body?: string | AsyncIterable<Buffer>;
  /** Without the headers that tell an S3 server: for faults that play somebody else. */
  bare?: boolean;
};

export function xmlReply(body: string, headers: Record<string, string> = {}): Reply {
  return { status: 200, headers: { 'content-type': 'application/xml', ...headers }, body };
}
