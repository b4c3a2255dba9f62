import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import net, { type AddressInfo } from 'node:net';
import path from 'node:path';
import tls from 'node:tls';
import { inspect } from 'node:util';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { eventually } from '../eventually';
import { startLocalBucket, type LocalBucket } from '../../local-bucket/localBucket';
import { createConnector } from '../../src/upload/objectStore/s3/connector';
import type { ObjectStoreError } from '../../src/upload/objectStore/objectStore';
import type { UploadConfig } from '../../src/shared/upload';
import { checksumOf } from '../fakes/bodyChecksums';
import { ConnectProxy } from '../fakes/ConnectProxy';
import { FakeClock } from '../fakes/FakeClock';
import { startMuteServer } from '../fakes/muteServer';
import { makeTempDir, quietLog, testConfig } from '../main/upload/support';
import { readAll } from './storeFixture';
import { wordsOf } from '../wordsOf';

const fixture = (name: string) => path.join(import.meta.dirname, '../fixtures/tls', name);
const read = (name: string) => readFileSync(fixture(name), 'utf8');
const certificate = { key: read('proxied.key'), cert: read('proxied.crt') };
const contentType = 'application/zip';
/** Names that only the proxy knows. */
const HTTPS = 'bucket.proxied.test';
const HTTP = 'bucket.proxied.internal';

let bucket: LocalBucket;
let bucketPort: number;
let front: tls.Server;
beforeEach(async () => {
  bucket = await startLocalBucket({ dir: await makeTempDir() });
  bucketPort = Number(new URL(bucket.endpoint).port);
  const sockets = new Set<net.Socket>();
  front = tls.createServer(certificate, (secure) => {
    const plain = net.connect(bucketPort, '127.0.0.1');
    for (const socket of [secure, plain]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
    }
    secure.once('close', () => plain.destroy());
    secure.pipe(plain).pipe(secure);
  });
  front.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => front.close(resolve));
    await bucket.close();
  });
});

async function startProxy(more: Partial<Parameters<typeof ConnectProxy.start>[0]> = {}) {
  const routes = { [`${HTTPS}:443`]: (front.address() as AddressInfo).port, [`${HTTP}:80`]: bucketPort };
  const proxy = await ConnectProxy.start({ routes, ...more });
  onTestFinished(() => proxy.close());
  return proxy;
}

function open(env: Record<string, string>, change: Partial<UploadConfig> = {}) {
  const { region, accessKeyId, secretAccessKey } = bucket;
  const keys = { region, bucket: bucket.bucket, accessKeyId, secretAccessKey, forcePathStyle: true };
  const endpoint = `https://${HTTPS}`;
  const config = { ...testConfig, ...keys, endpoint, caFile: fixture('proxied.crt'), ...change };
  const hidden: string[] = [];
  const connector = createConnector({
    ...{ env, clock: new FakeClock(Date.now()), log: quietLog },
    hideSecret: (secret) => void hidden.push(secret),
    timeouts: { connectMs: 1500, stallMs: 3000 },
  });
  const store = connector.createStore(config);
  onTestFinished(() => store.close());
  return { store, connector, config, hidden };
}
type Opened = ReturnType<typeof open>;

async function roundTrip({ store }: Opened): Promise<void> {
  const body = randomBytes(3_000_000);
  const checksum = await checksumOf('CRC32', body);
  await store.putObject({ key: 'k', body, contentType, checksum });
  expect((await readAll((await store.getObject({ key: 'k' })).body)).equals(body)).toBe(true);
}

async function failureOf({ store }: Opened): Promise<ObjectStoreError> {
  return store.putObject({ key: 'k', body: Buffer.from('x'), contentType }).then(
    () => expect.unreachable('it did not fail'),
    (error: ObjectStoreError) => error,
  );
}

describe('https through CONNECT', () => {
  test('reaches a server that only the proxy knows, with a CA of its own, over one tunnel', async () => {
    const proxy = await startProxy();
    const opened = open({ HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` });
    await roundTrip(opened);
    expect(proxy.seen).toEqual([{ method: 'CONNECT', target: `${HTTPS}:443` }]);
    expect(await opened.connector.reach(opened.config)).toBe(true);
  });

  test('goes to Amazon S3 where the settings say so, whatever endpoint the environment names', async () => {
    for (const name of ['AWS_ENDPOINT_URL', 'AWS_ENDPOINT_URL_S3']) vi.stubEnv(name, 'http://other.test');
    for (const name of ['AWS_USE_FIPS_ENDPOINT', 'AWS_USE_DUALSTACK_ENDPOINT']) vi.stubEnv(name, 'true');
    onTestFinished(() => void vi.unstubAllEnvs());
    const proxy = await startProxy();
    const amazon = { endpoint: undefined, forcePathStyle: false, bucket: 'films', region: 'eu-central-1' };
    const opened = open({ HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` }, amazon);
    expect((await failureOf(opened)).problem.code).toBe('ProxyCannotReachServer');
    expect(proxy.seen[0]?.target).toBe('films.s3.eu-central-1.amazonaws.com:443');
    const link = await opened.connector.presign(opened.config, 'k', { signedAtMs: 0, expiresInSeconds: 60 });
    expect(new URL(link.url).host).toBe('films.s3.eu-central-1.amazonaws.com');
    expect(link.unchecked?.code).toBe('ProxyCannotReachServer');
  });

  test('trusts no server for being behind a proxy', async () => {
    const proxy = await startProxy();
    const failure = await failureOf(open({ https_proxy: `127.0.0.1:${proxy.port}` }, { caFile: undefined }));
    expect(failure.verdict).toBe('needs-user');
    expect(wordsOf(failure).message).toBe(`The certificate of ${HTTPS} is not trusted on this computer.`);
  });

  test('signs in at the proxy, whose password no log shows', async () => {
    const proxy = await startProxy({ user: 'me:p@ss%1' });
    const address = `http://me:p%40ss%251@127.0.0.1:${proxy.port}`;
    const opened = open({ HTTPS_PROXY: address });
    await roundTrip(opened);
    expect(opened.hidden).toEqual(
      expect.arrayContaining(['p@ss%1', 'p%40ss%251', Buffer.from('me:p@ss%1').toString('base64')]),
    );
    expect(JSON.stringify(opened.connector.proxyOf(opened.config))).not.toMatch(/ss/);
  });

  test('speaks TLS to a proxy that wants it', async () => {
    const proxy = await startProxy({ tls: certificate });
    const opened = open({ HTTPS_PROXY: `https://localhost:${proxy.port}` });
    await roundTrip(opened);
    expect(await opened.connector.reach(opened.config)).toBe(true);
    const failure = await failureOf(open({ HTTPS_PROXY: `https://127.0.0.1:${proxy.port}` }));
    expect(failure).toMatchObject({ verdict: 'needs-user', problem: { code: 'ProxyCertificate' } });
  });

  test.each([
    [undefined, 'http'],
    [certificate, 'https'],
  ])('a cancel cuts the connection to the proxy at once (%#)', async (tlsOptions, scheme) => {
    const proxy = await startProxy({ tls: tlsOptions });
    const { store } = open({ HTTPS_PROXY: `${scheme}://localhost:${proxy.port}` });
    bucket.throttle.bytesPerSecond = 100_000;
    const stop = new AbortController();
    const body = randomBytes(20_000_000);
    let sent = 0;
    const onBytesSent = (bytes: number) => void (sent += bytes);
    const putting = store.putObject({ key: 'k', body, contentType, signal: stop.signal, onBytesSent });
    const outcome = expect(putting).rejects.toMatchObject({ verdict: 'cancelled' });
    await eventually(() => expect(sent).toBeGreaterThan(1_000_000));
    stop.abort();
    await outcome;
    // The proxy has taken megabytes that the slow bucket has not, and reads on, to the reset, only when they are gone.
    bucket.throttle.bytesPerSecond = null;
    await eventually(() => expect(proxy.open).toBe(0));
    expect(bucket.log.of('PutObject').every(({ status }) => status !== 200)).toBe(true);
  });

  test('a cancel ends the wait for a proxy that says nothing', async () => {
    const proxy = await startProxy();
    proxy.mute = true;
    const { store } = open({ HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` });
    const stop = new AbortController();
    const heading = store.headObject({ key: 'k', signal: stop.signal });
    const outcome = expect(heading).rejects.toMatchObject({ verdict: 'cancelled' });
    await eventually(() => expect(proxy.open).toBe(1));
    stop.abort();
    await outcome;
    await eventually(() => expect(proxy.open).toBe(0));
  });
});

describe('plain http', () => {
  const endpoint = `http://${HTTP}`;

  test('is forwarded, whole address and signature', async () => {
    const proxy = await startProxy({ user: 'me:secret' });
    await roundTrip(open({ HTTP_PROXY: `http://me:secret@127.0.0.1:${proxy.port}` }, { endpoint }));
    expect(proxy.seen[0]).toEqual({ method: 'PUT', target: `${HTTP}:80` });
  });

  test('goes to a proxy that speaks TLS, whose own certificate has to be trusted', async () => {
    const proxy = await startProxy({ tls: certificate });
    await roundTrip(open({ HTTP_PROXY: `https://localhost:${proxy.port}` }, { endpoint }));
    const failure = await failureOf(open({ HTTP_PROXY: `https://127.0.0.1:${proxy.port}` }, { endpoint }));
    expect(failure).toMatchObject({ verdict: 'needs-user', problem: { code: 'ProxyCertificate' } });
  });

  test.each([
    [407, 'needs-user', 'ProxyAuthenticationRequired'],
    [502, 'unreachable', 'ProxyCannotReachServer'],
    [504, 'unreachable', 'ProxyCannotReachServer'],
  ])('a proxy that answers %s is named', async (refusal, verdict, code) => {
    const proxy = await startProxy({ refusal });
    const failure = await failureOf(open({ HTTP_PROXY: `http://127.0.0.1:${proxy.port}` }, { endpoint }));
    expect(failure).toMatchObject({ verdict, problem: { code } });
    expect(wordsOf(failure).message).toContain(`proxy 127.0.0.1:${proxy.port}`);
  });
});

describe('a proxy that is in the way is named', () => {
  test.each([
    [407, 'needs-user', 'ProxyAuthenticationRequired'],
    [403, 'needs-user', 'ProxyRefused'],
    [302, 'unreachable', 'ProxyCannotReachServer'],
    [502, 'unreachable', 'ProxyCannotReachServer'],
    [503, 'unreachable', 'ProxyCannotReachServer'],
  ])('when it answers %s: %s', async (refusal, verdict, code) => {
    const proxy = await startProxy({ refusal });
    const opened = open({ HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` });
    const failure = await failureOf(opened);
    expect(failure).toMatchObject({ verdict, problem: { code } });
    expect(wordsOf(failure).message).toContain(`proxy 127.0.0.1:${proxy.port}`);
    expect(failure.problem.details).toContain(String(refusal));
    expect(await opened.connector.reach(opened.config)).toBe(false);
  });

  test.each([
    [`https://${HTTPS}`, 'HTTPS_PROXY'],
    [`http://${HTTP}`, 'HTTP_PROXY'],
  ])('when nobody is there, on the way to %s', async (endpoint, variable) => {
    const proxy = await startProxy();
    const { port } = proxy;
    await proxy.close();
    const opened = open({ [variable]: `http://127.0.0.1:${port}` }, { endpoint });
    const failure = await failureOf(opened);
    expect(failure).toMatchObject({ verdict: 'unreachable', problem: { code: 'ProxyUnreachable' } });
    expect(wordsOf(failure).message).toBe(`The proxy 127.0.0.1:${port} cannot be reached.`);
    expect(wordsOf(failure).action).toContain(variable);
    expect(await opened.connector.reach(opened.config)).toBe(false);
  });

  test('when it takes the connection and says nothing', async () => {
    const proxy = await startProxy();
    proxy.mute = true;
    const failure = await failureOf(open({ HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` }));
    expect(failure).toMatchObject({ verdict: 'unreachable', problem: { code: 'ProxySilent' } });
    expect(wordsOf(failure).message).toBe(
      `The proxy 127.0.0.1:${proxy.port} accepts connections but does not answer.`,
    );
    await eventually(() => expect(proxy.open).toBe(0));
  });

  test.each([`https://${HTTPS}`, `http://${HTTP}`])(
    'when it is to speak TLS and says nothing, on the way to %s',
    async (endpoint) => {
      const address = `https://localhost:${await startMuteServer()}`;
      const opened = open({ HTTPS_PROXY: address, HTTP_PROXY: address }, { endpoint });
      const failure = await failureOf(opened);
      expect(failure).toMatchObject({ verdict: 'unreachable', problem: { code: 'ProxySilent' } });
    },
  );

  test.each([`https://${HTTPS}`, `http://${HTTP}`])(
    'when it is to speak TLS and does not, on the way to %s',
    async (endpoint) => {
      const proxy = await startProxy();
      const address = `https://localhost:${proxy.port}`;
      const failure = await failureOf(open({ HTTPS_PROXY: address, HTTP_PROXY: address }, { endpoint }));
      expect(failure).toMatchObject({ verdict: 'needs-user', problem: { code: 'ProxyNotTls' } });
      expect(wordsOf(failure).action).toContain('http://');
    },
  );

  test('without the password, however its failure is printed', async () => {
    const proxy = await startProxy({ refusal: 403 });
    const failure = await failureOf(open({ HTTPS_PROXY: `http://me:secret@127.0.0.1:${proxy.port}` }));
    expect(failure.problem.code).toBe('ProxyRefused');
    const printed = inspect(failure, { depth: Infinity });
    for (const text of ['secret', Buffer.from('me:secret').toString('base64')])
      expect(printed).not.toContain(text);
  });

  test('when it is of a kind that cannot be used: nothing goes past it', async () => {
    const failure = await failureOf(open({ HTTPS_PROXY: 'socks5://me:secret@127.0.0.1:1080' }));
    expect(failure).toMatchObject({ verdict: 'needs-user', problem: { code: 'ProxyUnusable' } });
    expect(JSON.stringify(failure.problem)).not.toContain('secret');
  });

  test('in the settings only where there is one: settings that need mending can be opened', () => {
    const { connector } = open({ HTTPS_PROXY: 'proxy.test:3128' });
    const proxyTo = (endpoint: string) => connector.proxyOf({ endpoint, region: 'eu-central-1' });
    expect(proxyTo('https://s3.example.com')).toEqual({ name: 'proxy.test:3128', variable: 'HTTPS_PROXY' });
    expect(proxyTo('http://s3.internal')).toBeUndefined();
    expect(proxyTo('no address')).toBeUndefined();
  });
});
