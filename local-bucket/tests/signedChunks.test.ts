import http from 'node:http';
import { describe, expect, it } from 'vitest';
import { useBucket } from './bucketUnderTest.ts';

/** The worked example of "Signature calculations: transferring payload in chunks" in Amazon's S3 API reference. */
const EXAMPLE = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  seed: '4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9',
  chunks: [
    { size: 65_536, signature: 'ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648' },
    { size: 1024, signature: '0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497' },
    { size: 0, signature: 'b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9' },
  ],
};
const SIGNED =
  'content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class';

describe('chunks that are signed one by one', () => {
  const used = useBucket({
    accessKeyId: EXAMPLE.accessKeyId,
    secretAccessKey: EXAMPLE.secretAccessKey,
    buckets: ['examplebucket'],
    now: () => Date.UTC(2013, 4, 24),
  });

  function put(fill: string): Promise<{ status: number; text: string }> {
    const framed = EXAMPLE.chunks.map(
      ({ size, signature }) =>
        `${size.toString(16)};chunk-signature=${signature}\r\n${fill.repeat(size)}\r\n`,
    );
    const body = framed.join('');
    const headers = {
      host: 's3.amazonaws.com',
      'x-amz-date': '20130524T000000Z',
      'x-amz-storage-class': 'REDUCED_REDUNDANCY',
      authorization: `AWS4-HMAC-SHA256 Credential=${EXAMPLE.accessKeyId}/20130524/us-east-1/s3/aws4_request,SignedHeaders=${SIGNED},Signature=${EXAMPLE.seed}`,
      'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
      'content-encoding': 'aws-chunked',
      'x-amz-decoded-content-length': '66560',
      'content-length': String(body.length),
    };
    return new Promise((resolve, reject) => {
      const url = `${used.bucket.endpoint}/examplebucket/chunkObject.txt`;
      const request = http.request(url, { method: 'PUT', headers }, (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => (text += chunk.toString()));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
      });
      request.on('error', reject).end(body);
    });
  }

  it('takes Amazon’s own example', async () => {
    expect(await put('a')).toMatchObject({ status: 200 });
    expect(used.bucket.log.of('PutObject').at(-1)!.bytesReceived).toBe(66_824);
  });

  it('refuses other content under the same signatures', async () => {
    const { status, text } = await put('b');
    expect(status).toBe(403);
    expect(text).toContain('<Code>SignatureDoesNotMatch</Code>');
  });
});
