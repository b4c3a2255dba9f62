import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { sessionMetaSchema } from '../../../../src/shared/session';
import { ID, recorded } from '../recordedSession';

const LONG_AGO = Date.UTC(2026, 0, 2, 3, 4, 5);

/** An exported session, as it would be had that been long ago; its bundle is gone. */
async function exportedLongAgo() {
  const house = await recorded();
  const { paths, exporter } = house;
  await exporter.exportSession(ID);
  const meta = sessionMetaSchema.parse(JSON.parse(await readFile(paths.meta, 'utf8')));
  expect(meta.content?.modifiedAt).toBe(Math.round((await stat(paths.bundle)).mtimeMs));
  const content = { ...meta.content!, modifiedAt: LONG_AGO };
  await writeFile(paths.meta, JSON.stringify({ ...meta, content }));
  await rm(paths.bundle);
  const modifiedAt = async () => (await stat(paths.bundle)).mtimeMs;
  return { ...house, modifiedAt };
}

it('an export that makes the very same bundle again gives it its old time', async () => {
  const { exporter, sessions, modifiedAt } = await exportedLongAgo();
  await exporter.exportSession(ID);
  expect(await modifiedAt()).toBe(LONG_AGO);
  await sessions.saveSessionMeta(ID);
  await exporter.exportSession(ID);
  expect(await modifiedAt()).toBe(LONG_AGO);
});

it('a bundle that holds something else has a time of its own', async () => {
  const { paths, exporter, modifiedAt } = await exportedLongAgo();
  await writeFile(path.join(paths.videoDir, '0001.mp4'), Buffer.alloc(300_000, 8));
  await exporter.exportSession(ID);
  expect(await modifiedAt()).toBeGreaterThan(LONG_AGO);
});
