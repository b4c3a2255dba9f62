import { S3Error } from '../errors.ts';
import type { Condition } from '../storage/bucketFolder.ts';

/** If-Match and If-None-Match of a write. S3 accepts only "*" for the latter. */
export function writeCondition(headers: Record<string, string>): Condition {
  const ifNoneMatch = headers['if-none-match'];
  const ifMatch = headers['if-match'];
  if (ifNoneMatch !== undefined && ifNoneMatch.trim() !== '*')
    throw new S3Error('NotImplemented', 'If-None-Match takes only "*" here.');
  return (current) => {
    if (ifNoneMatch !== undefined && current)
      throw new S3Error('PreconditionFailed', undefined, { Condition: 'If-None-Match' });
    if (ifMatch === undefined) return;
    if (!current) throw new S3Error('NoSuchKey');
    if (ifMatch.trim() !== '*' && ifMatch.replace(/"/g, '').trim() !== current.etag)
      throw new S3Error('PreconditionFailed', undefined, { Condition: 'If-Match' });
  };
}
