import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classifyError, isRetryableError } from '../../src/upload/objectStore/s3/S3ObjectStore';
import { wordsOf } from '../wordsOf';

const context = {
  operation: 'UploadPart',
  bucket: 'films',
  endpoint: 'https://s3.example.org',
  nowMs: Date.UTC(2026, 0, 1),
};
const node = (code: string, syscall?: string) => Object.assign(new Error(`raw ${code}`), { code, syscall });
const answer = (name: string, httpStatusCode: number, headers: Record<string, string> = {}) =>
  Object.assign(new Error('raw words'), {
    name,
    $metadata: { httpStatusCode, requestId: 'R-1', extendedRequestId: 'H-1' },
    $response: { statusCode: httpStatusCode, headers },
  });
const verdictOf = (error: unknown, operation = 'UploadPart') =>
  classifyError(error, { ...context, operation }).verdict;

describe('classifyError', () => {
  it.each(['ENOTFOUND', 'EAI_AGAIN', 'ENETUNREACH', 'EHOSTUNREACH', 'ECONNREFUSED', 'ConnectTimeout'])(
    '%s: the endpoint cannot be reached',
    (code) => expect(verdictOf(node(code))).toBe('unreachable'),
  );

  it('tells a timeout of connecting from one on the way', () => {
    expect(verdictOf(node('ETIMEDOUT', 'connect'))).toBe('unreachable');
    expect(verdictOf(node('ETIMEDOUT', 'read'))).toBe('retry');
  });

  it('looks into an error that stands for all addresses tried', () => {
    const tried = new AggregateError([node('ENETUNREACH', 'connect'), node('ECONNREFUSED', 'connect')]);
    expect(verdictOf(tried)).toBe('unreachable');
  });

  it.each(['CERT_HAS_EXPIRED', 'SELF_SIGNED_CERT_IN_CHAIN', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'])(
    '%s: only the user can help',
    (code) => expect(verdictOf(node(code))).toBe('needs-user'),
  );

  it('takes any 404 from ListParts for a lost upload, except a missing bucket', () => {
    expect(verdictOf(answer('NoSuchUpload', 404), 'ListParts')).toBe('gone');
    expect(verdictOf(answer('NoSuchKey', 404), 'ListParts')).toBe('gone');
    expect(verdictOf(answer('NotFound', 404), 'ListParts')).toBe('gone');
    expect(verdictOf(answer('NoSuchBucket', 404), 'ListParts')).toBe('needs-user');
    expect(verdictOf(answer('NoSuchKey', 404), 'GetObject')).toBe('needs-user');
  });

  it('names the region the server names', () => {
    const error = answer('PermanentRedirect', 301, { 'x-amz-bucket-region': 'eu-west-3' });
    const failure = classifyError(error, context);
    expect(failure.verdict).toBe('needs-user');
    expect(wordsOf(failure).message).toBe('The bucket “films” is in the region “eu-west-3”.');
  });

  it('keeps raw words under the details', () => {
    const error = wordsOf(classifyError(answer('AccessDenied', 403), context));
    expect(error.code).toBe('AccessDenied');
    expect(error.message).not.toContain('raw words');
    for (const fact of ['UploadPart', 'AccessDenied', '403', 'R-1', 'H-1', 'raw words'])
      expect(error.details).toContain(fact);
  });

  it.each([
    ['kms:GenerateDataKey', /encryption key of the bucket “films”/],
    ['s3:PutObjectTagging', /not allowed to set object tags/],
    ['s3:GetObject', /not allowed to read files/],
    ['s3:ListBucket', /not allowed to list files/],
    ['s3:DeleteObject', /not allowed to delete files/],
    ['s3:PutObject', /not allowed to write files/],
    ['s3:BypassGovernanceRetention', /not allowed to do this/],
  ])('asks for the right that the server names: %s', (action, message) => {
    // Names in the ARN mean nothing: neither is the refusal about encryption (SSE) nor about a storage class.
    const said = `User: arn:aws:iam::1:user/my-sse-user is not authorized to perform: ${action} on resource: "arn:aws:s3:::films/storage-class/a.zip" because no identity-based policy allows the ${action} action`;
    const raw = Object.assign(answer('AccessDenied', 403), { message: said });
    const error = wordsOf(classifyError(raw, { ...context, operation: 'PutObject' }));
    expect(error.message).toMatch(message);
    expect(error.action).toContain(`(${action})`);
  });

  it('has a verdict and words for whatever the server answers', () => {
    const codes = fc.oneof(
      fc.string(),
      fc.constantFrom('SlowDown', 'AccessDenied', 'KMS.NotFoundException', 'toString'),
    );
    fc.assert(
      fc.property(codes, fc.integer({ min: 300, max: 599 }), (code, status) => {
        const failure = classifyError(answer(code, status), context);
        expect(wordsOf(failure).message).toMatch(/\.$/);
        expect(wordsOf(failure).action).toMatch(/\.$/);
        expect(failure.httpStatus).toBe(status);
      }),
    );
  });

  it('calls nothing retryable that is not known to be', () => {
    expect(isRetryableError(new Error('a bug'))).toBe(false);
    expect(isRetryableError(classifyError(node('ECONNRESET'), context))).toBe(true);
    expect(isRetryableError(classifyError(node('ENOTFOUND'), context))).toBe(true);
    expect(isRetryableError(classifyError(answer('SlowDown', 503), context))).toBe(true);
    expect(isRetryableError(classifyError(answer('AccessDenied', 403), context))).toBe(false);
  });
});
