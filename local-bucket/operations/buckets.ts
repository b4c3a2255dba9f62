import { toXml } from '../xml.ts';
import { xmlReply, type OperationContext, type Reply } from './reply.ts';

const OWNER = { ID: 'local-bucket', DisplayName: 'local-bucket' };

export async function listBuckets({ store }: OperationContext): Promise<Reply> {
  const Bucket = (await store.list()).map(({ name, createdAt }) => ({
    Name: name,
    CreationDate: new Date(createdAt).toISOString(),
  }));
  return xmlReply(toXml('ListAllMyBucketsResult', { Owner: OWNER, Buckets: { Bucket } }));
}

export async function headBucket({ store, request, region }: OperationContext): Promise<Reply> {
  await store.get(request.bucket!);
  return { status: 200, headers: { 'x-amz-bucket-region': region } };
}

export async function createBucket({ store, request }: OperationContext): Promise<Reply> {
  await store.create(request.bucket!);
  return { status: 200, headers: { location: `/${request.bucket}` } };
}

export async function getBucketLocation({ store, request, region }: OperationContext): Promise<Reply> {
  await store.get(request.bucket!);
  // S3 returns an empty location for us-east-1.
  const name = region === 'us-east-1' ? '' : region;
  const xmlns = 'http://s3.amazonaws.com/doc/2006-03-01/';
  const xml = `<?xml version="1.0" encoding="UTF-8"?>\n<LocationConstraint xmlns="${xmlns}">${name}</LocationConstraint>`;
  return xmlReply(xml);
}
