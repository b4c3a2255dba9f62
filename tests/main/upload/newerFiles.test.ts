import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { eventually } from '../../eventually';
import { makeTempDir, MIB } from './support';
import { MemoryObjectStore } from '../../fakes/MemoryObjectStore';
import { form, start } from './uploadHarness';

const A = '20260101-000000-000a';
const NEWER = '{"version":99,"all":"else"}';

test('files of a newer version that can be done without stop no upload, are told of and left as they are', async () => {
  const userDataDir = await makeTempDir();
  const files = ['upload-capabilities.json', 'pending-aborts.json'].map((n) => path.join(userDataDir, n));
  for (const file of files) await writeFile(file, NEWER);
  const app = await start({ userDataDir, store: new MemoryObjectStore() });
  await app.sessions.addExported(A, Buffer.alloc(MIB));
  await app.value('setUploadConfig', form);
  await app.value('uploadSession', A);
  await app.until(A, 'done');
  // Probed once, and remembered for this run of the app.
  expect(await app.value('getUploadConfig')).toMatchObject({ capabilities: { checksumAlgorithm: 'CRC32' } });
  await eventually(() => expect(app.notices).toHaveLength(2));
  const told = app.notices.map(({ code, message, action }) => [code, message, action].join(' ')).sort();
  expect(told).toEqual([
    expect.stringMatching(/^NewerFile .*findings.* newer version .*uploads go on/) as unknown,
    expect.stringMatching(/^NewerFile .*aborted.* newer version .*may stay in the bucket/) as unknown,
  ]);
  await app.system.close();
  for (const file of files) expect(await readFile(file, 'utf8')).toBe(NEWER);
});
