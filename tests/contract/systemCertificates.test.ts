import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { gatewayBench } from './gatewayBench';

const fixture = (name: string) => path.join(import.meta.dirname, '../fixtures/tls', name);
const read = (name: string) => readFileSync(fixture(name), 'utf8');

// OpenSSL's own name for the system's store; Node reads it once for a process, and this file has a process of its own.
beforeAll(() => void vi.stubEnv('SSL_CERT_FILE', fixture('localhost.crt')));
afterAll(() => void vi.unstubAllEnvs());

test('an authority of the system’s store is trusted without any setting', async () => {
  const tls = { key: read('localhost.key'), cert: read('localhost.crt') };
  const bench = await gatewayBench({ tls });
  expect(await bench.test()).toMatchObject({ valid: true });
});

test('and beside a CA file of another authority', async () => {
  const tls = { key: read('localhost.key'), cert: read('localhost.crt') };
  const bench = await gatewayBench({ tls }, { config: { caFile: fixture('proxied.crt') } });
  expect(await bench.test()).toMatchObject({ valid: true });
});
