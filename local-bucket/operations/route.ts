import { S3Error } from '../errors.ts';
import type { S3Request } from '../http/request.ts';
import { createBucket, getBucketLocation, headBucket, listBuckets } from './buckets.ts';
import { completeMultipartUpload } from './completeMultipart.ts';
import { listObjectsV1, listObjectsV2 } from './listings.ts';
import { listMultipartUploads } from './listUploads.ts';
import { abortMultipartUpload, createMultipartUpload, listParts, uploadPart } from './multipart.ts';
import { deleteObject, deleteObjects, getObject, headObject, putObject } from './objects.ts';
import type { KeyContext, OperationContext, Reply } from './reply.ts';

const ofService = { ListBuckets: listBuckets };
const ofBucket = {
  HeadBucket: headBucket,
  CreateBucket: createBucket,
  GetBucketLocation: getBucketLocation,
  ListObjects: listObjectsV1,
  ListObjectsV2: listObjectsV2,
  ListMultipartUploads: listMultipartUploads,
  DeleteObjects: deleteObjects,
};
const ofKey = {
  PutObject: putObject,
  GetObject: getObject,
  HeadObject: headObject,
  DeleteObject: deleteObject,
  CreateMultipartUpload: createMultipartUpload,
  UploadPart: uploadPart,
  ListParts: listParts,
  CompleteMultipartUpload: completeMultipartUpload,
  AbortMultipartUpload: abortMultipartUpload,
};

export type Operation = keyof typeof ofService | keyof typeof ofBucket | keyof typeof ofKey;

/** Query parameters that select another operation; this server does not implement most of them. */
const SUBRESOURCES = [
  'acl accelerate analytics attributes cors encryption intelligent-tiering inventory legal-hold lifecycle logging',
  'metrics notification object-lock ownershipControls policy policyStatus publicAccessBlock replication',
  'requestPayment restore retention select tagging torrent versioning versions website partNumber',
]
  .join(' ')
  .split(' ');

/** S3's name of the requested operation. Throws NotImplemented or MethodNotAllowed. */
export function readOperation(request: S3Request): Operation {
  const { method, bucket, key, query } = request;
  const isPart = query.has('partNumber') && query.has('uploadId');
  const foreign = SUBRESOURCES.find((name) => query.has(name) && !(name === 'partNumber' && isPart));
  if (foreign) throw new S3Error('NotImplemented', `This server knows nothing of “${foreign}”.`);
  const operation = bucket
    ? key
      ? keyOperation(method, query)
      : bucketOperation(method, query)
    : method === 'GET' && 'ListBuckets';
  if (!operation) throw new S3Error('MethodNotAllowed');
  return operation;
}

function bucketOperation(method: string, query: Map<string, string>): keyof typeof ofBucket | undefined {
  if (method === 'HEAD') return 'HeadBucket';
  if (method === 'PUT') return 'CreateBucket';
  if (method === 'POST' && query.has('delete')) return 'DeleteObjects';
  if (method !== 'GET') return undefined;
  if (query.has('location')) return 'GetBucketLocation';
  if (query.has('uploads')) return 'ListMultipartUploads';
  return query.get('list-type') === '2' ? 'ListObjectsV2' : 'ListObjects';
}

function keyOperation(method: string, query: Map<string, string>): keyof typeof ofKey | undefined {
  const ofUpload = query.has('uploadId');
  if (method === 'PUT') return ofUpload ? 'UploadPart' : 'PutObject';
  if (method === 'GET') return ofUpload ? 'ListParts' : 'GetObject';
  if (method === 'HEAD') return 'HeadObject';
  if (method === 'DELETE') return ofUpload ? 'AbortMultipartUpload' : 'DeleteObject';
  if (method !== 'POST') return undefined;
  if (query.has('uploads')) return 'CreateMultipartUpload';
  return ofUpload ? 'CompleteMultipartUpload' : undefined;
}

export async function runOperation(operation: Operation, context: OperationContext): Promise<Reply> {
  try {
    return await run(operation, context);
  } catch (error) {
    // The bucket's folder may have been removed meanwhile: report that instead of the missing file.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') await context.store.get(context.request.bucket!);
    throw error;
  }
}

async function run(operation: Operation, context: OperationContext): Promise<Reply> {
  if (operation in ofService) return ofService[operation as keyof typeof ofService](context);
  if (operation in ofBucket) return ofBucket[operation as keyof typeof ofBucket](context);
  const { bucket, key } = context.request;
  if (Buffer.byteLength(key!) > 1024) throw new S3Error('KeyTooLongError');
  const inBucket: KeyContext = { ...context, bucket: await context.store.get(bucket!), key: key! };
  return ofKey[operation as keyof typeof ofKey](inBucket);
}
