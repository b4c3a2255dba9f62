import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { startLocalBucket } from '../../../local-bucket/localBucket';
import { Dialects, createDialectMemory, type Feature } from '../../../src/upload/objectStore/s3/dialect';
import type { SessionListItem } from '../../../src/shared/session';
import { eventually } from '../../eventually';
import { FakeClock } from '../../fakes/FakeClock';
import { page, s3Error, startGateway, type GatewayRequest } from '../../fakes/Gateway';
import { SilentLog } from '../../fakes/SilentLog';
import { makeExportedSession } from '../../fixtures/exportedSession';
import { Host } from '../appHost';
import { makeTempDir, MIB } from './support';

type Refusal = { uses: (request: GatewayRequest) => boolean; reply: ReturnType<typeof page> };
const refusals: Record<string, Refusal> = {
  'the checksum mode': {
    uses: ({ headers }) => 'x-amz-checksum-mode' in headers,
    reply: s3Error(400, 'InvalidArgument'),
  },
  HEAD: { uses: ({ method }) => method === 'HEAD', reply: page(405) },
  'Expect, by 417': { uses: ({ headers }) => 'expect' in headers, reply: page(417) },
  'Expect, by 400': { uses: ({ headers }) => 'expect' in headers, reply: page(400) },
  'conditional writes': {
    uses: ({ headers }) => 'if-none-match' in headers,
    reply: s3Error(501, 'NotImplemented'),
  },
};

/** The app with a bucket behind a gateway that refuses something. */
async function house({ uses, reply }: Refusal) {
  const bucket = await startLocalBucket({ dir: await makeTempDir() });
  onTestFinished(() => bucket.close());
  const rules = { refuses: true };
  const { endpoint, seen } = await startGateway(bucket.endpoint, {
    answer: (request) => (rules.refuses && uses(request) ? reply : undefined),
  });
  const userDataDir = await makeTempDir();
  const { bucket: name, region, accessKeyId, secretAccessKey } = bucket;
  const form = { bucket: name, region, accessKeyId, secretAccessKey, endpoint, forcePathStyle: true };
  const start = async () => {
    const host = new Host(userDataDir);
    onTestFinished(() => host.quit());
    await host.start();
    return host;
  };
  const upload = async (host: Host) => {
    const { sessionId } = await makeExportedSession(userDataDir, { sizeBytes: 2 * MIB });
    await host.value('uploadSession', sessionId);
    await eventually(async () => {
      const rows = await host.value<SessionListItem[]>('listSessions');
      expect(rows.find((row) => row.sessionId === sessionId)?.uploadStatus).toBe('done');
    });
  };
  const used = () => seen.filter(uses).length;
  return { form: { ...form, allowHttp: true }, start, upload, used, rules, userDataDir };
}

test.each(Object.entries(refusals))(
  'a restart does not forget that %s is refused',
  async (_name, refusal) => {
    const { form, start, upload, used } = await house(refusal);
    const first = await start();
    expect(await first.value('setUploadConfig', form)).toMatchObject({ saved: true });
    await upload(first);
    const refused = used();
    expect(refused).toBeGreaterThan(0);
    await first.quit();
    await upload(await start());
    expect(used(), 'none was sent again').toBe(refused);
  },
);

test.each(['setUploadConfig', 'validateUploadConfig'] as const)(
  '%s with other settings has everything tried again',
  async (command) => {
    const { form, start, upload, used, rules } = await house(refusals['Expect, by 417']!);
    const host = await start();
    await host.value('setUploadConfig', form);
    await upload(host);
    rules.refuses = false;
    await host.value(command, { ...form, maxRetries: 7 });
    const refused = used();
    await upload(host);
    expect(used(), 'it is used again').toBeGreaterThan(refused);
  },
);

test('a file with findings that is damaged is set aside, and an upload goes through', async () => {
  const { form, start, upload, userDataDir } = await house(refusals['Expect, by 417']!);
  const file = path.join(userDataDir, 'upload-dialects.json');
  await writeFile(file, '{"version":1,"destinations":{"x":{"headRequests":"yes"}}}');
  const host = await start();
  await host.value('setUploadConfig', form);
  await upload(host);
  expect(await host.notices()).toMatchObject([{ error: { code: 'FileDamaged' } }]);
  expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ version: 1 });
});

const DAY_MS = 24 * 3_600_000;
const place = { endpoint: 'https://s3.example.com', region: '', bucket: 'b' };

async function dialects() {
  const file = path.join(await makeTempDir(), 'upload-dialects.json');
  const clock = new FakeClock(Date.UTC(2026, 0, 1));
  const log = new SilentLog();
  const open = () => {
    const unwanted = (what: unknown) => expect.unreachable(JSON.stringify(what));
    const memory = createDialectMemory(file, { clock, onQuarantine: unwanted, onNewer: unwanted });
    return new Dialects({ now: () => clock.now(), memory, log });
  };
  return { clock, file, log, open };
}

test('a refusal counts for a week, over restarts, and not where the clock was set back before it', async () => {
  const { clock, open } = await dialects();
  await open().of(place).refuses('headRequests');
  const takes = async () => {
    const dialect = open().of(place);
    await dialect.ready();
    return [dialect.takes('headRequests'), dialect.takes('checksumMode')];
  };
  expect(await takes()).toEqual([false, true]);
  clock.sleep(6 * DAY_MS);
  expect(await takes()).toEqual([false, true]);
  clock.sleep(DAY_MS);
  expect(await takes()).toEqual([true, true]);
  clock.setBack(8 * DAY_MS);
  expect(await takes()).toEqual([true, true]);
});

test('findings of many stores at once are all kept, whatever their order', async () => {
  const features: Feature[] = [
    'checksumMode',
    'headRequests',
    'expectContinue',
    'unsignedPayload',
    'namedDownloads',
  ];
  const finding = fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.constantFrom(...features));
  await fc.assert(
    fc.asyncProperty(fc.array(finding, { minLength: 1, maxLength: 12 }), async (found) => {
      const { open } = await dialects();
      const before = open();
      await Promise.all(found.map(([bucket, feature]) => before.of({ ...place, bucket }).refuses(feature)));
      const after = open();
      for (const [bucket, feature] of found) {
        const dialect = after.of({ ...place, bucket });
        await dialect.ready();
        expect(dialect.takes(feature)).toBe(false);
      }
    }),
    { numRuns: 20 },
  );
});

test('the findings of a thousand destinations are kept, and older ones make room', async () => {
  const { clock, file, open } = await dialects();
  const all = Object.fromEntries(
    Array.from({ length: 1000 }, (_, n) => [`https://s3.example.com/b${n}`, { headRequests: clock.now() }]),
  );
  await writeFile(file, JSON.stringify({ version: 1, destinations: all }));
  await open().of(place).refuses('headRequests');
  const { destinations } = JSON.parse(await readFile(file, 'utf8')) as { destinations: object };
  const names = Object.keys(destinations);
  expect(names).toHaveLength(1000);
  expect(names).toContain('https://s3.example.com/b');
  expect(names).not.toContain('https://s3.example.com/b0');
});

test('where the findings can be neither read nor written, the log says so and all goes on', async () => {
  const log = new SilentLog();
  const memory = {
    recall: () => Promise.reject(new Error('EIO')),
    remember: () => Promise.reject(new Error('EIO')),
  };
  const dialect = new Dialects({ now: () => 1, memory, log }).of(place);
  await dialect.ready();
  expect(dialect.takes('headRequests')).toBe(true);
  await dialect.refuses('headRequests');
  expect(dialect.takes('headRequests')).toBe(false);
  expect(log.lines.filter((line) => String(line.fields?.error).includes('EIO'))).toHaveLength(2);
});
