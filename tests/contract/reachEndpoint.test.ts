import { expect, test } from 'vitest';
import { startLocalBucket } from '../../local-bucket/localBucket';
import { endpointUrl, reachEndpoint } from '../../src/upload/objectStore/s3/reachEndpoint';
import { makeTempDir } from '../main/upload/support';

test('an endpoint is reached while it takes connections, and not after that', async () => {
  const bucket = await startLocalBucket({ dir: await makeTempDir() });
  const { endpoint, region } = bucket;
  expect(await reachEndpoint({ endpoint, region })).toBe(true);
  await bucket.close();
  expect(await reachEndpoint({ endpoint, region })).toBe(false);
  expect(await reachEndpoint({ endpoint: 'http://nobody-has-this-name.invalid', region })).toBe(false);
});

test('Amazon S3 is asked where the region is, those of China included', () => {
  expect(endpointUrl({ region: 'eu-central-1' }).host).toBe('s3.eu-central-1.amazonaws.com');
  expect(endpointUrl({ region: 'cn-north-1' }).host).toBe('s3.cn-north-1.amazonaws.com.cn');
});
