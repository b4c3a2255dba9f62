import { describe, expect, it } from 'vitest';
import { iamPolicy, policyText } from '../../src/components/policyDocument';

const scope = { bucket: 'team-recordings', region: 'eu-central-1', keyPrefix: 'sessions/' };
const resources = (changes: Partial<typeof scope>) =>
  iamPolicy({ ...scope, ...changes }).Statement.map(({ Resource }) => Resource);

it('allows what an upload does, on its prefix and its bucket, and nothing else', () => {
  expect(iamPolicy(scope)).toEqual({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'SessionRecorderBundles',
        Effect: 'Allow',
        Action: [
          's3:PutObject',
          's3:GetObject',
          's3:DeleteObject',
          's3:AbortMultipartUpload',
          's3:ListMultipartUploadParts',
        ],
        Resource: 'arn:aws:s3:::team-recordings/sessions/*',
      },
      {
        Sid: 'SessionRecorderBucket',
        Effect: 'Allow',
        Action: ['s3:ListBucket', 's3:ListBucketMultipartUploads'],
        Resource: 'arn:aws:s3:::team-recordings',
      },
    ],
  });
});

it('allows tags where objects get some', () => {
  const [ofObjects] = iamPolicy({ ...scope, tagged: true }).Statement;
  expect(ofObjects!.Action).toContain('s3:PutObjectTagging');
});

describe('the prefix', () => {
  it.each([
    ['', 'arn:aws:s3:::team-recordings/*'],
    [' a/b/ ', 'arn:aws:s3:::team-recordings/a/b/*'],
    // Without its slash it would also open "sessions-of-others/".
    ['sessions', 'arn:aws:s3:::team-recordings/sessions/*'],
    ['a*b?c$d/', 'arn:aws:s3:::team-recordings/a${*}b${?}c${$}d/*'],
    ['${aws:username}/', 'arn:aws:s3:::team-recordings/${$}{aws:username}/*'],
  ])('"%s" becomes %s', (keyPrefix, resource) => expect(resources({ keyPrefix })[0]).toBe(resource));
});

it.each([
  ['us-east-1', 'arn:aws:s3:::team-recordings'],
  ['us-gov-west-1', 'arn:aws-us-gov:s3:::team-recordings'],
  [' cn-north-1', 'arn:aws-cn:s3:::team-recordings'],
])('in %s the bucket is %s', (region, resource) =>
  expect(resources({ region, bucket: ' team-recordings ' })[1]).toBe(resource),
);

it('is written in Latin-1, the only letters that IAM takes, and still says the prefix', () => {
  const scope = { bucket: 'team-recordings', region: 'eu-central-1', keyPrefix: 'aufnahmen-é/録画-🎬/' };
  const text = policyText(scope);
  expect(text).toMatch(/^[\t\n\r\u0020-\u00ff]+$/);
  expect(text).toContain('aufnahmen-é/\\u9332\\u753b-\\ud83c\\udfac/*');
  expect(JSON.parse(text)).toEqual(iamPolicy(scope));
});
