import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { startLocalBucket } from '../../local-bucket/localBucket';
import { isWrongUse, upload } from '../../src/agent/uploadCommand/command';
import { TextReport } from '../../src/agent/uploadCommand/report';
import type { UploadOptions } from '../../src/agent/uploadCommand/options';
import { systemClock } from '../../src/lib/systemClock';
import { systemRandom } from '../../src/lib/systemRandom';
import { eventually } from '../eventually';
import { SilentLog } from '../fakes/SilentLog';
import { makeTempDir } from '../main/upload/support';
import { bundleCommand, makeHouse, run, start, TO, type Variables } from './commandHouse';

const HERE = import.meta.dirname;
const KEYS = { AWS_ACCESS_KEY_ID: 'AKID', AWS_SECRET_ACCESS_KEY: 'secret-secret' };

beforeAll(bundleCommand, 180_000);

test('uploads files and folders byte for byte, with one request each', async () => {
  const house = await makeHouse();
  house.writeMany('photos', 12);
  const large = randomBytes(11 * 1024 * 1024);
  house.write('photos/2024/large.bin', large);
  house.write('photos/page.html', '<p>');
  house.write('one.txt', 'one');
  const { code, out, err } = await house.upload(['photos', 'one.txt']);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toMatch(/^15 uploaded, 0 unchanged/);
  await house.expectAll('photos', 12);
  expect(await house.read('in/one.txt')).toBe('one');
  expect((await house.read('in/photos/2024/large.bin')) === large.toString('latin1')).toBe(true);
  expect(house.asked('PutObject')).toHaveLength(14);
  expect(house.asked('HeadObject').filter((key) => !key.endsWith('large.bin'))).toEqual([]);
});

test('called again, asks once for each unchanged file and sends what changed or is gone', async () => {
  const house = await makeHouse();
  house.writeMany('photos', 6);
  await house.upload(['photos']);
  house.bucket.log.clear();
  const again = await house.upload(['photos']);
  expect({ code: again.code, out: again.out }).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^0 uploaded, 6 unch/),
  });
  expect(house.asked('HeadObject').toSorted()).toEqual([0, 1, 2, 3, 4, 5].map((at) => `in/photos/f${at}`));
  expect(house.asked('PutObject')).toEqual([]);

  house.write('photos/f1', 'changed');
  house.write('photos/f2', 'CONTENT 2');
  await house.delete('in/photos/f3');
  const third = await house.upload(['photos']);
  expect(third.code).toBe(0);
  expect(await house.read('in/photos/f1')).toBe('changed');
  expect(await house.read('in/photos/f2')).toBe('CONTENT 2');
  expect(await house.read('in/photos/f3')).toBe('content 3');
  expect(new Set(house.asked('PutObject'))).toEqual(
    new Set(['in/photos/f1', 'in/photos/f2', 'in/photos/f3']),
  );
});

test('after kill -9 the same words go on: nothing is lost, and only what was running is sent twice', async () => {
  const house = await makeHouse();
  house.writeMany('photos', 30);
  house.write('photos/large', randomBytes(11 * 1024 * 1024));
  house.hang(/f2\d$/);
  const first = house.start(['photos']);
  await house.hangs(4);
  first.kill('SIGKILL');
  await first.ended;
  const before = house.asked('PutObject');
  house.bucket.faults.clear();
  expect((await house.upload(['photos'])).code).toBe(0);
  await house.expectAll('photos', 30);
  const twice = house.asked('PutObject').filter((key, at, all) => all.indexOf(key) !== at);
  expect(before.length).toBeGreaterThan(4);
  expect(new Set(twice).size).toBeLessThanOrEqual(4);
});

test('Ctrl-C stops, says how to go on, and ends with 130', async () => {
  const house = await makeHouse();
  house.writeMany('photos', 20);
  house.hang(/f1\d$/);
  const first = house.start(['photos'], '--json');
  await house.hangs(4);
  first.kill('SIGINT');
  expect(await first.ended).toBe(130);
  expect(first.err).toContain('Press Ctrl-C again to end at once.');
  expect(first.events().at(-1)).toMatchObject({ event: 'end', exitCode: 130 });
  house.bucket.log.clear();
  const second = house.start(['photos']);
  await eventually(() => expect(house.bucket.log.entries.length).toBeGreaterThanOrEqual(4));
  second.kill('SIGTERM');
  expect(await second.ended).toBe(143);
  expect(second.err).toContain('Run the same command again');
  expect(second.err).not.toContain('Ctrl-C');
  house.bucket.faults.clear();
  expect((await house.upload(['photos'])).code).toBe(0);
  await house.expectAll('photos', 20);
});

test('a second process with the same words is refused, and others on one prefix do no harm', async () => {
  const house = await makeHouse();
  house.writeMany('photos', 8);
  house.writeMany('photos/sub', 8);
  house.bucket.faults.add({ match: { key: /sub\/f7$/ }, action: { kind: 'hang' } });
  const first = house.start(['photos']);
  await eventually(() => expect(house.asked('PutObject')).toContain('in/photos/sub/f7'));
  const second = await house.upload(['photos']);
  expect(second.code).toBe(2);
  expect(second.err).toContain('Another process is uploading these paths to this place already.');
  first.kill('SIGKILL');
  await first.ended;
  const [all, some] = await Promise.all([
    house.upload(['photos'], '--parallel', '8'),
    house.upload(['photos', 'photos/sub']),
  ]);
  expect([all.code, some.code]).toEqual([0, 0]);
  await house.expectAll('photos', 8);
  await house.expectAll('photos/sub', 8);
  await house.expectAll('sub', 8);
});

test.skipIf(process.platform !== 'linux')(
  'odd names arrive, and what is no file or has no valid name is told',
  async () => {
    const house = await makeHouse();
    const names = [
      'a b+c&d%25.txt',
      'ünï 名.txt',
      'quote\'"<>.txt',
      'line\nbreak',
      '.hidden',
      ' ',
      'back\\slash',
    ];
    for (const name of names) house.write(`odd/${name}`, name);
    writeFileSync(Buffer.concat([Buffer.from(path.join(house.dir, 'odd/bad-')), Buffer.from([0xff])]), 'x');
    execFileSync('mkfifo', [path.join(house.dir, 'odd/pipe')]);
    symlinkSync('.hidden', path.join(house.dir, 'odd/link'));
    symlinkSync('..', path.join(house.dir, 'odd/loop'));
    const socket = createServer().listen(path.join(house.dir, 'odd/socket'));
    onTestFinished(() => void socket.close());
    const { code, events } = await house.upload(['odd'], '--json');
    expect(code).toBe(1);
    const skipped = events().filter(({ event }) => event === 'skipped');
    expect(skipped.map(({ code: why }) => why).toSorted()).toEqual([
      'Link',
      'Link',
      'NameNotUtf8',
      'NotAFile',
      'NotAFile',
    ]);
    for (const name of names)
      expect(Buffer.from(await house.read(`in/odd/${name}`), 'latin1').toString()).toBe(name);
    const excluding = await house.upload(['odd'], '--json', '--exclude', 'bad-*');
    const skippedNow = excluding.events().filter(({ event }) => event === 'skipped');
    expect(skippedNow.map(({ code: why }) => why)).not.toContain('NameNotUtf8');
  },
);

test('patterns choose what is uploaded, and --dry-run only tells', async () => {
  const house = await makeHouse();
  for (const name of ['a.jpg', 'b.txt', 'sub/c.jpg', 'cache/d.jpg']) house.write(`photos/${name}`, name);
  const filters = ['--include', '*.jpg', '--exclude', 'cache'];
  const told = await house.upload(['photos'], '--dry-run', ...filters);
  expect(told.code).toBe(0);
  expect(told.out).toContain('2 files (14 B) would be uploaded.');
  expect(house.bucket.log.entries).toEqual([]);
  expect(readdirSync(house.dir)).not.toContain('state');
  expect((await house.upload(['photos/.'], ...filters)).code).toBe(0);
  expect(house.asked('PutObject').toSorted()).toEqual(['in/a.jpg', 'in/sub/c.jpg']);
});

test('an object of somebody else, or of another file, is not overwritten without --overwrite', async () => {
  const house = await makeHouse();
  house.writeMany('photos', 3);
  house.write('other/photos/f1', 'another file');
  await house.upload(['other/photos']);
  const refused = await house.upload(['photos']);
  expect(refused.code).toBe(1);
  expect(refused.err).toContain('add --overwrite');
  expect(await house.read('in/photos/f1')).toBe('another file');
  expect(await house.read('in/photos/f2')).toBe('content 2');
  expect((await house.upload(['photos'], '--overwrite')).code).toBe(0);
  await house.expectAll('photos', 3);
});

test('a lost or damaged state is healed', async () => {
  const house = await makeHouse();
  house.writeMany('photos', 5);
  await house.upload(['photos']);
  const state = path.join(house.dir, 'state');
  const folder = readdirSync(state).find((name) => /^[0-9a-f]{16}$/.test(name))!;
  writeFileSync(path.join(state, folder, 'jobs.sqlite'), 'damaged');
  const damaged = await house.upload(['photos']);
  expect({ code: damaged.code, err: damaged.err }).toMatchObject({
    code: 0,
    err: expect.stringContaining('set aside'),
  });
  rmSync(path.join(state, folder), { recursive: true });
  expect((await house.upload(['photos'])).code).toBe(0);
  await house.expectAll('photos', 5);
});

test.skipIf(process.platform === 'win32')('keeps its state to itself, and no secret anywhere', async () => {
  const house = await makeHouse();
  house.writeMany('photos', 2);
  const { out, err } = await run(house.args(['photos'], '--json'), {
    ...house.env,
    SESSION_RECORDER_LOG: '1',
  });
  const state = path.join(house.dir, 'state');
  const { secretAccessKey } = house.bucket;
  expect(out + err).not.toContain(secretAccessKey);
  for (const entry of readdirSync(state, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    expect(statSync(file).mode & 0o077, file).toBe(0);
    if (entry.isFile()) expect(readFileSync(file).includes(secretAccessKey)).toBe(false);
  }
});

test('waits for an endpoint that is not there, and goes on once it is', async () => {
  const house = await makeHouse();
  house.writeMany('photos', 3);
  const { port } = new URL(house.bucket.endpoint);
  await house.bucket.close();
  const command = house.start(['photos'], '--json');
  await eventually(() => expect(command.events().map(({ event }) => event)).toContain('waiting'));
  const back = await startLocalBucket({ dir: path.join(house.dir, 'bucket'), port: Number(port) });
  onTestFinished(() => back.close());
  expect(await command.ended).toBe(0);
  expect(command.events().at(-1)).toMatchObject({ event: 'end', exitCode: 0, uploaded: 3 });
  await house.expectAll('photos', 3);
});

test('keys that the server refuses end it soon, with one sentence', async () => {
  const house = await makeHouse();
  house.writeMany('photos', 50);
  const { code, err } = await run(house.args(['photos']), {
    ...house.env,
    AWS_SECRET_ACCESS_KEY: 'wrong-wrong',
  });
  expect(code).toBe(1);
  expect(err.split('\n').filter((line) => /secret/i.test(line))).toHaveLength(1);
  expect(house.bucket.log.entries.length).toBeLessThan(20);
});

test.each<[string, string[], Variables, RegExp]>([
  ['no path', ['--to', TO], KEYS, /A file or folder is missing/],
  ['an unknown option', [HERE, '--to', TO, '--recursive'], KEYS, /Unknown option '--recursive'/],
  ['no credentials', [HERE, '--to', TO, '--region', 'eu-west-1'], {}, /no credentials/],
])('wrong use (%s) ends with 2', async (_, args, env, sentence) => {
  const { code, err } = await run(args, env);
  expect(err).toMatch(sentence);
  expect(code).toBe(2);
});

test('wrong use is told to a program as the end', async () => {
  const command = start([HERE, '--to', TO, '--region', 'eu-west-1', '--json'], {});
  expect(await command.ended).toBe(2);
  const error = { code: 'NoCredentials' };
  expect(command.events()).toMatchObject([{ event: 'end', exitCode: 2, uploaded: 0, error }]);
});

test.runIf(process.platform === 'linux')(
  'a state folder that cannot be made is refused at once',
  async () => {
    const { endpoint } = LOCAL;
    const { code, err } = await run(
      [HERE, '--to', TO, '--state-dir', '/proc/state', '--endpoint', endpoint],
      KEYS,
    );
    expect(err).toMatch(/The state cannot be kept in \/proc\/state/);
    expect(code).toBe(2);
  },
);

test('a profile that is not there ends it with one sentence', async () => {
  const house = await makeHouse();
  house.writeMany('photos', 5);
  const { code, err } = await run([...house.args(['photos']), '--profile', 'nope'], { HOME: house.dir });
  expect(code).toBe(1);
  expect(err.match(/nope/g)).toHaveLength(1);
  expect(err).not.toContain('Failed:');
});

const LOCAL = { paths: [HERE], to: TO, endpoint: 'http://127.0.0.1:9' };

test.each<[string, UploadOptions, RegExp]>([
  ['another scheme', { ...LOCAL, to: 'gs://b' }, /--to must be s3:/],
  ['a path that is empty', { ...LOCAL, paths: [''] }, /A path is empty/],
  ['a path that is not there', { ...LOCAL, paths: ['/nonexistent'] }, /There is no “\/nonexistent”/],
  ['no region for AWS', { ...LOCAL, endpoint: undefined }, /region of the bucket is missing/],
  ['plain http', { ...LOCAL, endpoint: 'http://192.168.1.1' }, /add --allow-http/],
  [
    'http in public',
    { ...LOCAL, endpoint: 'http://example.com', 'allow-http': true },
    /--endpoint: Plain http/,
  ],
  ['a rate that is none', { ...LOCAL, bandwidth: 'fast' }, /--bandwidth must be a size/],
  ['a bad part size', { ...LOCAL, 'part-size': '1KB' }, /--part-size: A part must have/],
  ['too many at once', { ...LOCAL, parallel: '65' }, /--parallel/],
  ['half a file at once', { ...LOCAL, parallel: '0.5' }, /--parallel/],
  ['a bucket name that is none', { ...LOCAL, to: 's3://a b' }, /--to \(bucket\)/],
  ['a prefix that leads up', { ...LOCAL, to: 's3://bucket/a/../b' }, /--to \(prefix\)/],
  [
    'two folders of one name',
    { ...LOCAL, paths: [path.join(HERE, '../upload'), path.join(HERE, '../main/upload')] },
    /would both be uploaded as “upload”/,
  ],
  [
    'a name that a folder’s content has too',
    { ...LOCAL, paths: [path.join(HERE, '../upload'), `${HERE}/../main/.`] },
    /would both be uploaded as “upload”/,
  ],
])('wrong use is told in a sentence, and leaves nothing behind: %s', async (_, options, sentence) => {
  const stateDir = path.join(await makeTempDir(), 'state');
  const world = { env: KEYS, cwd: HERE, clock: systemClock, random: systemRandom, log: new SilentLog() };
  const report = new TextReport({ out: () => undefined, err: () => undefined }, systemClock);
  const wrong = upload(
    { ...options, 'state-dir': stateDir },
    { ...world, hideSecret: () => undefined, report, stop: new AbortController().signal },
  );
  await expect(wrong).rejects.toSatisfy(isWrongUse);
  await expect(wrong).rejects.toThrow(sentence);
  expect(existsSync(stateDir)).toBe(false);
});
