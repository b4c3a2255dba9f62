import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { AppFailure } from '../../src/shared/appError';
import type { Quarantined } from '../../src/lib/jsonFile';
import type { JobState } from '../../src/shared/upload';
import type { TableJob } from '../../src/upload/queue/jobTable';
import { newJobState } from '../../src/upload/queue/queueState';
import { openSqliteJobStore } from '../../src/upload/queue/sqliteJobStore';
import { SmallDisk, whyNoSmallDisk } from '../faults/SmallDisk';
import { makeTempDir } from '../main/upload/support';
import { part } from './jobStore.contract';

const NOW = 1_800_000_000_000;

async function setUp() {
  const file = path.join(await makeTempDir(), 'jobs.sqlite');
  const quarantined: Quarantined[] = [];
  const unreadable: string[] = [];
  const open = () => {
    const store = openSqliteJobStore(file, {
      clock: { now: () => 99 },
      onQuarantine: (what) => quarantined.push(what),
      onUnreadable: (jobId) => unreadable.push(jobId),
    });
    onTestFinished(() => store.close());
    return store;
  };
  /** Looks into the file, or changes it, from outside; the store has to be closed. */
  const outside = <T>(use: (db: DatabaseSync) => T): T => {
    const db = new DatabaseSync(file);
    try {
      return use(db);
    } finally {
      db.close();
    }
  };
  return { file, open, quarantined, unreadable, outside };
}

function job(jobId: string, state: Partial<JobState> = {}, destinationId = 'd'): TableJob {
  const target = { key: jobId, contentType: 'text/plain', metadata: { a: 'b' }, ifExists: 'refuse' } as const;
  return {
    job: { jobId, source: `/files/${jobId}`, target },
    destinationId,
    state: { ...newJobState(jobId, NOW), status: 'pending', ...state },
  };
}

const multipart = {
  uploadId: 'u',
  partSizeBytes: 5,
  checksumAlgorithm: 'CRC32' as const,
  initiatedAt: NOW,
  parts: [part(1)],
};

const idsOf = (jobs: readonly TableJob[]) => jobs.map(({ job: { jobId } }) => jobId);

test('claims jobs of a destination once, a page at a time, in their order', async () => {
  const table = (await setUp()).open();
  const jobs = Array.from({ length: 7 }, (_, at) => job(`j${at}`));
  await table.add([...jobs, job('elsewhere', {}, 'other')]);
  const first = await table.next(3, NOW, 'd');
  expect(first).toEqual(
    jobs.slice(0, 3).map((one) => ({ ...one, state: { ...one.state, status: 'uploading' } })),
  );
  const rest = await Promise.all([table.next(2, NOW, 'd'), table.next(9, NOW, 'd')]);
  expect(rest.map(idsOf)).toEqual([
    ['j3', 'j4'],
    ['j5', 'j6'],
  ]);
  expect(await table.next(9, NOW, 'd')).toEqual([]);
  const waiting = (await table.readAll()).filter(({ status }) => status === 'pending');
  expect(waiting.map(({ jobId }) => jobId)).toEqual(['elsewhere']);
});

test('claims a job that backs off when its time has come, and a paused one never', async () => {
  const table = (await setUp()).open();
  await table.add([
    job('later', { reason: { kind: 'backoff', untilMs: NOW + 1000 } }),
    job('paused', { reason: { kind: 'paused' } }),
    job('done', { status: 'done' }),
  ]);
  expect(await table.next(9, NOW, 'd')).toEqual([]);
  expect(await table.nextDueAt('d')).toBe(NOW + 1000);
  expect(await table.nextDueAt('other')).toBeNull();
  expect(idsOf(await table.next(9, NOW + 1000, 'd'))).toEqual(['later']);
});

test('a clock that was set back strands no job', async () => {
  const table = (await setUp()).open();
  await table.add([job('stranded', { reason: { kind: 'backoff', untilMs: NOW + 1000 } })]);
  expect(idsOf(await table.next(9, NOW - 86_400_000, 'd'))).toEqual(['stranded']);
});

test('what was uploading is pending after a restart, with its state', async () => {
  const { open } = await setUp();
  const table = open();
  await table.add([job('a'), job('b')]);
  const [claimed] = await table.next(2, NOW, 'd');
  await table.save({ ...claimed!.state, uploadToken: 'token' });
  await table.close();
  const again = open();
  expect(await again.read('a')).toMatchObject({ status: 'pending', uploadToken: 'token' });
  expect(idsOf(await again.next(9, NOW, 'd'))).toEqual(['a', 'b']);
});

test('released jobs are claimed again, and removed ones never', async () => {
  const table = (await setUp()).open();
  await table.add([job('a'), job('b'), job('c')]);
  await table.next(3, NOW, 'd');
  await table.release(['a', 'c']);
  await table.remove('a');
  expect(idsOf(await table.next(9, NOW, 'd'))).toEqual(['c']);
  expect(await table.read('a')).toBeNull();
});

test('finds jobs that left something unfinished on the server, and nothing else', async () => {
  const { open, outside } = await setUp();
  const table = open();
  const abort = { bucket: 'b', key: 'k', uploadId: 'u' };
  const still = { status: 'not_uploaded' } as const;
  await table.add([
    job('multipart', { ...still, multipart }),
    job('create', { ...still, createIntent: { others: [] } }),
    job('done, abort', { status: 'done', pendingAborts: [abort] }),
    job('abort', { status: 'failed', pendingAborts: [abort] }),
    job('nothing', still),
    job('damaged', { ...still, multipart }),
    job('pending', { multipart }),
    job('done', { status: 'done', result: { etag: 'e', verifiedAt: 1 } }),
    job('elsewhere', { ...still, multipart }, 'other'),
  ]);
  await table.close();
  outside((db) => db.exec(`UPDATE job SET state = '{' WHERE job_id = 'damaged'`));
  const found = await open().leftBehind('d');
  expect(idsOf(found)).toEqual(['multipart', 'done, abort', 'abort']);
  expect(found[0]).toMatchObject({ job: { source: '/files/multipart' }, state: { multipart } });
});

test('a job that is added again keeps its place and gets the new source and state', async () => {
  const table = (await setUp()).open();
  await table.add([job('a'), job('b')]);
  const moved = { ...job('a', { uploadToken: 't' }), job: { ...job('a').job, source: '/moved' } };
  await table.add([moved]);
  const [first, second] = await table.next(9, NOW, 'd');
  expect(first).toMatchObject({ job: { source: '/moved' }, state: { uploadToken: 't' } });
  expect(second?.job.jobId).toBe('b');
});

test('an unreadable state is kept aside and reported, and its job begins anew', async () => {
  const { open, outside, unreadable } = await setUp();
  const table = open();
  await table.add([job('a', { uploadToken: 'old' }), job('b')]);
  await table.close();
  outside((db) =>
    db.exec(
      `UPDATE job SET state = '{"torn' WHERE job_id = 'a'; UPDATE job SET target = '7' WHERE job_id = 'b'`,
    ),
  );
  const again = open();
  await expect(again.read('a')).rejects.toThrow();
  const claimed = await again.next(9, NOW, 'd');
  expect(idsOf(claimed)).toEqual(['a']);
  expect(claimed[0]!.state).toEqual({ ...newJobState('a', NOW), status: 'uploading' });
  expect(unreadable.toSorted()).toEqual(['a', 'b']);
  await again.close();
  const kept = outside((db) => db.prepare('SELECT job_id, state FROM unreadable ORDER BY job_id').all());
  expect(kept[0]).toMatchObject({ job_id: 'a', state: '{"torn' });
  expect(kept[1]).toMatchObject({ job_id: 'b' });
});

test('only one process at a time uses a table', async () => {
  const { open } = await setUp();
  const table = open();
  await table.add([job('a')]);
  expect(open).toThrow('Another process is using the states of uploads.');
  await table.close();
  expect(await open().read('a')).not.toBeNull();
});

test('a database of a newer version is refused and left as it is', async () => {
  const { file, open, outside, quarantined } = await setUp();
  await open().close();
  outside((db) => db.exec('PRAGMA user_version = 1000'));
  const before = readFileSync(file);
  expect(open).toThrow(/newer version/);
  expect(readFileSync(file).equals(before)).toBe(true);
  expect(readdirSync(path.dirname(file)).filter((name) => name.includes('corrupt'))).toEqual([]);
  expect(quarantined).toEqual([]);
});

test.each([
  [
    'text',
    (file: string) => writeFileSync(file, 'This is no database, but a text that somebody saved here.'),
  ],
  [
    'torn pages',
    (file: string) => {
      const bytes = readFileSync(file);
      writeFileSync(file, bytes.fill(7, 4096, bytes.length - 100));
    },
  ],
  [
    'other tables',
    (file: string) => {
      const db = new DatabaseSync(file);
      db.exec('DROP TABLE part; DROP TABLE job');
      db.close();
    },
  ],
])('a damaged database (%s) is set aside whole, and a new one begun', async (_, damage) => {
  const { file, open, quarantined } = await setUp();
  const table = open();
  await table.add(Array.from({ length: 500 }, (_unused, at) => job(`j${at}`)));
  await table.close();
  damage(file);
  const damaged = readFileSync(file);
  const again = open();
  expect(await again.readAll()).toEqual([]);
  await again.add([job('new')]);
  expect(quarantined).toMatchObject([{ file, movedTo: `${file}.corrupt-99` }]);
  expect(readFileSync(`${file}.corrupt-99`).equals(damaged)).toBe(true);
});

test.skipIf(process.platform === 'win32')('its files are readable by their owner only', async () => {
  const { file, open } = await setUp();
  const umask = process.umask(0);
  onTestFinished(() => void process.umask(umask));
  const table = open();
  await table.add([job('a')]);
  for (const name of [file, `${file}-wal`]) expect(statSync(name).mode & 0o777).toBe(0o600);
});

test('a save of a file with 10,000 parts writes the changed ones only', async () => {
  const { open, outside } = await setUp();
  const multipart = { uploadId: 'u', partSizeBytes: 5, checksumAlgorithm: 'CRC32', initiatedAt: 1 } as const;
  const parts = Array.from({ length: 9999 }, (_, at) => part(at + 1));
  const state: JobState = { ...newJobState('a', 1), status: 'uploading', multipart: { ...multipart, parts } };
  const first = open();
  await first.save(state);
  await first.close();
  outside((db) => {
    db.exec('CREATE TABLE touched (number INTEGER)');
    for (const change of ['INSERT', 'UPDATE'])
      db.exec(
        `CREATE TRIGGER t${change} AFTER ${change} ON part BEGIN INSERT INTO touched VALUES (new.number); END`,
      );
  });
  const table = open();
  for (const number of [10_000, 1]) {
    parts[number - 1] = part(number, '"new"');
    await table.save({ ...state, multipart: { ...multipart, parts: [...parts] } });
  }
  expect((await table.read('a'))?.multipart?.parts).toEqual(parts);
  await table.close();
  expect(outside((db) => db.prepare('SELECT number FROM touched').all())).toMatchObject([
    { number: 10_000 },
    { number: 1 },
  ]);
});

test('all saves of one turn are one commit', async () => {
  const { file, open } = await setUp();
  const table = open();
  const save = (at: number) => table.save({ ...newJobState(`j${at}`, 1), status: 'pending' });
  await save(0);
  const before = statSync(`${file}-wal`).size;
  await Promise.all(Array.from({ length: 200 }, (_, at) => save(at)));
  // Each commit of its own writes at least two pages.
  expect(statSync(`${file}-wal`).size - before).toBeLessThan(200 * 4096);
});

test('what was acknowledged survives kill -9, and nothing is torn', async () => {
  const { file, open } = await setUp();
  const JOBS = 20;
  let acknowledged = 0;
  for (let kill = 0; kill < 3; kill += 1) {
    const resolver = path.resolve(import.meta.dirname, '../faults/kills/resolveTs.mjs');
    const program = path.join(import.meta.dirname, 'jobWriter.ts');
    const options = ['--experimental-transform-types', '--no-warnings', '--import', resolver];
    const child = spawn(process.execPath, [...options, program, file, String(JOBS)], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    const bursts = 20 + 7 * kill;
    let heard = 0;
    createInterface({ input: child.stdout }).on('line', (line) => {
      acknowledged = Number(line);
      if ((heard += 1) === bursts) child.kill('SIGKILL');
    });
    await once(child, 'close');
    expect(heard).toBeGreaterThanOrEqual(bursts);
    const table = open();
    const states = await table.readAll();
    expect(states).toHaveLength(JOBS);
    const burst = states[0]!.bytesUploaded;
    expect(burst).toBeGreaterThanOrEqual(acknowledged);
    for (const { bytesUploaded, multipart } of states) {
      expect(bytesUploaded).toBe(burst);
      expect(multipart?.parts.map(({ etag }) => etag)).toEqual(Array(burst % 40).fill(`"${burst}"`));
    }
    await table.close();
  }
});

const noSmallDisk = await whyNoSmallDisk();

test.skipIf(noSmallDisk !== undefined)(
  'a full disk loses nothing, is told in words, and passes',
  async () => {
    const { file, open } = await setUp();
    const disk = await SmallDisk.mount(path.dirname(file), 4 * 1024 * 1024);
    onTestFinished(() => disk.unmount());
    const table = open();
    await table.add([job('a'), job('b')]);
    await disk.fill();
    const big = { code: 'X', facts: { kind: 'internal' }, details: 'd'.repeat(50_000) } as const;
    const failures: unknown[] = [];
    for (let tries = 0; tries < 20 && failures.length === 0; tries += 1)
      await table
        .save({ ...job('a').state, problem: big, updatedAt: tries })
        .catch((error: unknown) => failures.push(error));
    expect(failures[0]).toBeInstanceOf(AppFailure);
    expect((failures[0] as AppFailure).error).toMatchObject({
      code: 'ENOSPC',
      message: 'This computer’s disk is full.',
    });
    expect(await table.read('b')).toEqual(job('b').state);
    await disk.makeRoom();
    await table.save({ ...job('a').state, updatedAt: 77 });
    await table.close();
    expect((await open().read('a'))?.updatedAt).toBe(77);
  },
);

test('a database of version 1 is taken over with its jobs and parts', async () => {
  const { open, outside, unreadable } = await setUp();
  const dump = path.join(import.meta.dirname, '../fixtures/stored/jobs/v1-four.sql');
  outside((db) => db.exec(readFileSync(dump, 'utf8')));
  const store = open();
  const claimed = await store.next(9, NOW, 'to');
  expect(idsOf(claimed)).toEqual(['pending.jpg', 'half.mov']);
  expect(claimed[1]!.state.multipart?.parts).toEqual([
    { number: 1, size: 10_485_760, etag: '"9a0364b9e99bb480dd25e1f0284c8555"', checksum: 'y/Q5Jg==' },
  ]);
  expect(await store.read('done.jpg')).toMatchObject({ status: 'done', result: { checksum: 'pxEE3g==' } });
  expect(await store.read('failed.jpg')).toMatchObject({
    status: 'failed',
    problem: { code: 'ObjectExists' },
  });
  expect(unreadable).toEqual([]);
});

test('a known job keeps its state where the new one could not be read again', async () => {
  const store = (await setUp()).open();
  await store.add([job('a', { totalBytes: 7 })]);
  await expect(store.add([job('a', { totalBytes: -1 })])).rejects.toThrow();
  expect(await store.read('a')).toMatchObject({ totalBytes: 7 });
});

test('a job that was released and added anew has the parts that are saved with it', async () => {
  const store = (await setUp()).open();
  const whole = job('a', { multipart });
  await store.add([whole]);
  await store.next(1, NOW, 'd');
  await store.release(['a']);
  await store.add([job('a')]);
  await store.save({ ...whole.state, status: 'uploading' });
  expect((await store.read('a'))?.multipart).toEqual(multipart);
});
