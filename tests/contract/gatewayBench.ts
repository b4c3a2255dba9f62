import { onTestFinished } from 'vitest';
import { startLocalBucket, type LocalBucket, type LocalBucketOptions } from '../../local-bucket/localBucket';
import { createConnector, type ConnectorParts } from '../../src/upload/objectStore/s3/connector';
import type { UploadConfig } from '../../src/shared/upload';
import { FakeClock } from '../fakes/FakeClock';
import { startGateway, type GatewayRules } from '../fakes/Gateway';
import {
  capabilityMap,
  KEY,
  makeBundle,
  makeTempDir,
  quietLog,
  testConfig,
  UploadBench,
} from '../main/upload/support';

export type BenchOptions = {
  bucket?: Partial<LocalBucketOptions>;
  config?: Partial<UploadConfig>;
  parts?: Partial<ConnectorParts>;
};

/** The app's way to a bucket behind a gateway with these rules. */
export async function gatewayBench(rules: GatewayRules, options: BenchOptions = {}) {
  const bucket = await startLocalBucket({ dir: await makeTempDir(), ...options.bucket });
  onTestFinished(() => bucket.close());
  const { endpoint, seen } = await startGateway(bucket.endpoint, rules);
  const config = { ...configFor(bucket), endpoint, ...options.config };
  const connector = createConnector({
    ...{ env: {}, clock: new FakeClock(Date.now()), log: quietLog, hideSecret: () => undefined },
    ...options.parts,
  });
  const memory = capabilityMap(null);
  const store = (other: UploadConfig = config) => connector.createStore(other);
  /** A bundle on its way, with what was learnt of the bucket by others. */
  const uploadOf = async (size: number) => {
    const { file, content } = await makeBundle(await makeTempDir(), size);
    const upload = new UploadBench(store, file, config, memory);
    return { upload, content };
  };
  const { upload: tester } = await uploadOf(1);
  return {
    bucket,
    config,
    connector,
    endpoint,
    memory,
    seen,
    store,
    uploadOf,
    test: () => tester.service.validateCredentials(config),
    /** Bytes of bundles that came up, probes not counted. */
    bundleBytes: () =>
      seen
        .filter(({ method, url }) => method === 'PUT' && url.includes(KEY) && !url.includes('.probe'))
        .reduce((sum, { bytes }) => sum + bytes, 0),
    keys: () => keysIn(bucket),
  };
}

/** Everything in the bucket, asked of the server itself. */
async function keysIn(bucket: LocalBucket): Promise<string[]> {
  const clock = new FakeClock(Date.now());
  const connector = createConnector({ env: {}, clock, log: quietLog, hideSecret: () => undefined });
  const store = connector.createStore(configFor(bucket));
  try {
    return (await store.listObjects({ prefix: '' })).map(({ key }) => key);
  } finally {
    store.close();
  }
}

function configFor({ endpoint, region, bucket, accessKeyId, secretAccessKey }: LocalBucket): UploadConfig {
  return { ...testConfig, endpoint, region, bucket, accessKeyId, secretAccessKey, forcePathStyle: true };
}
