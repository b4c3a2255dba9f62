import { toXml } from '../xml.ts';
import type { StoredUpload } from '../storage/types.ts';
import { readLimit, urlEncode } from './listings.ts';
import { planElements } from './multipart.ts';
import { xmlReply, type OperationContext, type Reply } from './reply.ts';

const OWNER = { ID: 'local-bucket', DisplayName: 'local-bucket' };

export async function listMultipartUploads({ store, request }: OperationContext): Promise<Reply> {
  const { query } = request;
  const prefix = query.get('prefix') ?? '';
  const maxUploads = readLimit(query.get('max-uploads'));
  const encode = query.get('encoding-type') === 'url' ? urlEncode : (text: string) => text;
  const keyMarker = query.get('key-marker') ?? '';
  const idMarker = query.get('upload-id-marker') ?? '';
  const bucket = await store.get(request.bucket!);
  const uploads = (await bucket.uploads())
    .filter((upload) => upload.key.startsWith(prefix) && isAfter(upload, keyMarker, idMarker))
    .sort(byKeyThenId);
  const page = uploads.slice(0, maxUploads);
  const isTruncated = uploads.length > page.length && maxUploads > 0;
  const last = isTruncated ? page.at(-1) : undefined;
  return xmlReply(
    toXml('ListMultipartUploadsResult', {
      Bucket: request.bucket,
      KeyMarker: encode(keyMarker),
      UploadIdMarker: idMarker,
      NextKeyMarker: last && encode(last.key),
      NextUploadIdMarker: last?.uploadId,
      Prefix: encode(prefix),
      EncodingType: query.get('encoding-type'),
      MaxUploads: maxUploads,
      IsTruncated: isTruncated,
      Upload: page.map((upload) => ({
        Key: encode(upload.key),
        UploadId: upload.uploadId,
        Initiator: OWNER,
        Owner: OWNER,
        StorageClass: 'STANDARD',
        Initiated: new Date(upload.initiatedAt).toISOString(),
        ...planElements(upload),
      })),
    }),
  );
}

/** Sorted by key, then by upload id, so that a page break between two uploads of one key is well-defined. */
function byKeyThenId(a: StoredUpload, b: StoredUpload): number {
  return Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)) || (a.uploadId < b.uploadId ? -1 : 1);
}

function isAfter(upload: StoredUpload, keyMarker: string, idMarker: string): boolean {
  if (keyMarker === '') return true;
  const order = Buffer.compare(Buffer.from(upload.key), Buffer.from(keyMarker));
  return order > 0 || (order === 0 && idMarker !== '' && upload.uploadId > idMarker);
}
