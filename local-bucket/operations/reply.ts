import type { BucketStore } from '../storage/bucketStore.ts';
import type { BucketFolder } from '../storage/bucketFolder.ts';
import type { IncomingBody } from '../body/receiveBody.ts';
import type { S3Request } from '../http/request.ts';

/** The context of an operation. `now` is epoch milliseconds. */
export type OperationContext = {
  request: S3Request;
  store: BucketStore;
  body: IncomingBody;
  region: string;
  now: number;
};

/** An operation within a bucket, on one of its keys. */
export type KeyContext = OperationContext & { bucket: BucketFolder; key: string };

/** The reply to send. A stream needs its length in the headers. */
export type Reply = {
  status: number;
  headers?: Record<string, string>;
  body?: string | AsyncIterable<Buffer>;
  /** Omits the headers that identify an S3 server: for faults that simulate another server. */
  bare?: boolean;
};

export function xmlReply(body: string, headers: Record<string, string> = {}): Reply {
  return { status: 200, headers: { 'content-type': 'application/xml', ...headers }, body };
}
