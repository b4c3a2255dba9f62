import { randomBytes } from 'node:crypto';
import { mkdirSync, renameSync, rmdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { eventually } from '../eventually';
import { bundleCommand, makeHouse } from './commandHouse';

beforeAll(bundleCommand, 180_000);

test('the parts of a file that was deleted meanwhile are removed from the bucket', async () => {
  const house = await makeHouse();
  await house.killAmidParts('films', ['gone', 'kept']);
  rmSync(path.join(house.dir, 'films/gone'));
  // Outside of what is asked for is not gone.
  house.write('films/other', 'other');
  const excluding = await house.upload(['films'], '--exclude', 'kept');
  expect({ code: excluding.code, err: excluding.err }).toEqual({ code: 0, err: '' });
  expect(await house.unfinished()).toEqual(['in/films/kept']);
  house.bucket.log.clear();
  expect((await house.upload(['films'])).code).toBe(0);
  expect(await house.unfinished()).toEqual([]);
  // It resumed, and the deleted one was forgotten.
  expect(house.asked('CreateMultipartUpload')).toEqual([]);
  expect(house.bucket.log.of('AbortMultipartUpload')).toEqual([]);
});

test('what a lost Create may have made is left alone: it could be of another program', async () => {
  const house = await makeHouse();
  house.write('films/gone', randomBytes(11 * 1024 * 1024));
  house.write('films/small', 'small');
  house.bucket.faults.add({
    match: { operation: 'CreateMultipartUpload' },
    times: 1,
    action: { kind: 'loseReply' },
  });
  house.bucket.faults.add({ match: { operation: 'UploadPart' }, times: 99, action: { kind: 'hang' } });
  const first = house.start(['films']);
  await eventually(() => expect(house.asked('CreateMultipartUpload')).toHaveLength(1));
  first.kill('SIGKILL');
  await first.ended;
  house.bucket.faults.clear();
  await eventually(async () => expect(await house.unfinished()).toEqual(['in/films/gone']));
  rmSync(path.join(house.dir, 'films/gone'));
  expect((await house.upload(['films'])).code).toBe(0);
  expect(await house.unfinished()).toEqual(['in/films/gone']);
});

test('parts of a file whose folder is gone or empty are kept: its disk may not be mounted', async () => {
  const house = await makeHouse();
  await house.killAmidParts('films', ['a']);
  const folder = path.join(house.dir, 'films');
  renameSync(folder, `${folder}-elsewhere`);
  mkdirSync(folder);
  expect((await house.upload(['films'])).code).toBe(0);
  expect(await house.unfinished()).toEqual(['in/films/a']);
  rmdirSync(folder);
  renameSync(`${folder}-elsewhere`, folder);
  house.bucket.log.clear();
  expect((await house.upload(['films'])).code).toBe(0);
  expect(house.asked('CreateMultipartUpload')).toEqual([]);
  expect(await house.unfinished()).toEqual([]);
});

test('parts that cannot be removed now are told, and removed by the next run', async () => {
  const house = await makeHouse();
  await house.killAmidParts('films', ['gone']);
  house.write('films/other', 'other');
  rmSync(path.join(house.dir, 'films/gone'));
  const action = { kind: 'status', status: 403, code: 'AccessDenied' } as const;
  house.bucket.faults.add({ match: { operation: 'AbortMultipartUpload' }, times: 1, action });
  const refused = await house.upload(['films']);
  expect(refused.code).toBe(0);
  expect(refused.err).toContain('The bucket still holds uploaded parts');
  expect(await house.unfinished()).toEqual(['in/films/gone']);
  const again = await house.upload(['films']);
  expect({ code: again.code, err: again.err }).toEqual({ code: 0, err: '' });
  expect(await house.unfinished()).toEqual([]);
});
