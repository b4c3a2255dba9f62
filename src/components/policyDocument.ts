/** An identity policy in IAM's own JSON. */
export type IamPolicyDocument = {
  Version: '2012-10-17';
  Statement: { Sid: string; Effect: 'Allow'; Action: string[]; Resource: string }[];
};

/** `tagged`: objects are uploaded with tags. */
export type PolicyScope = { bucket: string; region: string; keyPrefix: string; tagged?: boolean };

/**
 * The least that uploading to this bucket and prefix needs on Amazon S3, as the service authorization reference for
 * S3 names it. PutObject is also what creates, fills and completes a multipart upload; GetObject is also HEAD.
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
          // To clean up after a test of the connection.
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
        // Without ListBucket S3 answers 403 for an object that is not there. A condition on s3:prefix would undo that:
        // a HEAD has no prefix to compare.
        Action: ['s3:ListBucket', 's3:ListBucketMultipartUploads'],
        Resource: bucketArn,
      },
    ],
  };
}

/**
 * The policy as text to paste. IAM takes documents of Latin-1 characters only (API reference, CreatePolicy), so that all
 * others are written as JSON's escapes.
 */
export function policyText(scope: PolicyScope): string {
  const text = JSON.stringify(iamPolicy(scope), null, 2);
  return text.replace(/[^\0-\xff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Which of AWS's separate clouds a region belongs to. */
function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  if (region.startsWith('us-gov-')) return 'aws-us-gov';
  return 'aws';
}

/** As main completes a prefix. */
function asFolder(prefix: string): string {
  return prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`;
}

/** In a resource `*` and `?` are wildcards and `$` begins a variable; IAM has a variable for each of the three. */
function literally(text: string): string {
  return text.replace(/[*?$]/g, (character) => `\${${character}}`);
}
