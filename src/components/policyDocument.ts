/** An identity policy in IAM's own JSON. */
export type IamPolicyDocument = {
  Version: '2012-10-17';
  Statement: { Sid: string; Effect: 'Allow'; Action: string[]; Resource: string }[];
};

/** `tagged`: objects are uploaded with tags. */
export type PolicyScope = { bucket: string; region: string; keyPrefix: string; tagged?: boolean };

/**
 * The minimum permissions for uploads to this bucket and prefix on Amazon S3. Source: the service authorization
 * reference for S3. PutObject also creates, fills and completes a multipart upload; GetObject also covers HEAD.
 */
export function iamPolicy({ bucket, region, keyPrefix, tagged }: PolicyScope): IamPolicyDocument {
  const bucketArn = `arn:${partitionOf(region.trim())}:s3:::${bucket.trim()}`;
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'SessionRecorderBundles',
        Effect: 'Allow',
        Action: [
          's3:PutObject',
          's3:GetObject',
          // Removes the test object after a connection test.
          's3:DeleteObject',
          's3:AbortMultipartUpload',
          's3:ListMultipartUploadParts',
          ...(tagged ? ['s3:PutObjectTagging'] : []),
        ],
        Resource: `${bucketArn}/${literally(asFolder(keyPrefix.trim()))}*`,
      },
      {
        Sid: 'SessionRecorderBucket',
        Effect: 'Allow',
        // Without ListBucket S3 answers 403 for a missing object. A condition on s3:prefix would undo that, because a
        // HEAD has no prefix to compare.
        Action: ['s3:ListBucket', 's3:ListBucketMultipartUploads'],
        Resource: bucketArn,
      },
    ],
  };
}

/**
 * The policy as text to paste. IAM accepts Latin-1 characters only (API reference, CreatePolicy), so all others are
 * written as JSON escapes.
 */
export function policyText(scope: PolicyScope): string {
  const text = JSON.stringify(iamPolicy(scope), null, 2);
  return text.replace(/[^\0-\xff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** The AWS partition of a region. */
function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  if (region.startsWith('us-gov-')) return 'aws-us-gov';
  return 'aws';
}

/** Completes a prefix as main does. */
function asFolder(prefix: string): string {
  return prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`;
}

/** In a resource `*` and `?` are wildcards and `$` begins a variable; IAM has a variable for each of the three. */
function literally(text: string): string {
  return text.replace(/[*?$]/g, (character) => `\${${character}}`);
}
