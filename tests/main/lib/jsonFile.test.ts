import { mkdtemp, readdir, readFile, readlink, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { readJsonFile, writeJsonFile, type Quarantined } from '../../../src/lib/jsonFile';

const spec = {
  what: 'pet file',
  version: 2,
  schema: z.object({ version: z.literal(2), name: z.string() }),
  migrations: [{ from: 1, migrate: (old: Record<string, unknown>) => ({ ...old, name: old.title }) }],
};

describe('a versioned JSON file', () => {
  let file: string;
  let reported: Quarantined[];
  const context = { clock: { now: () => 1234 }, onQuarantine: (q: Quarantined) => void reported.push(q) };
  beforeEach(async () => {
    file = path.join(await mkdtemp(path.join(os.tmpdir(), 'json-file-')), 'pet.json');
    reported = [];
  });

  test('is null when missing, and comes back as written', async () => {
    expect(await readJsonFile(file, spec, context)).toBeNull();
    await writeJsonFile(file, { version: 2, name: 'Rex' });
    expect(await readJsonFile(file, spec, context)).toEqual({ version: 2, name: 'Rex' });
    expect(reported).toEqual([]);
  });

  test('of an older version is migrated step by step', async () => {
    await writeFile(file, JSON.stringify({ version: 1, title: 'Rex' }));
    expect(await readJsonFile(file, spec, context)).toEqual({ version: 2, name: 'Rex' });
  });

  test.each(['', '{"version":2,"na', '{"version":2}', '[]', 'null'])(
    'damaged as %j is moved aside, not emptied',
    async (content) => {
      await writeFile(file, content);
      expect(await readJsonFile(file, spec, context)).toBeNull();
      expect(await readdir(path.dirname(file))).toEqual(['pet.json.corrupt-1234']);
      expect(await readFile(`${file}.corrupt-1234`, 'utf8')).toBe(content);
      expect(reported).toMatchObject([{ what: 'pet file', file, movedTo: `${file}.corrupt-1234` }]);
    },
  );

  test('of a newer version is refused and left alone', async () => {
    await writeFile(file, JSON.stringify({ version: 3, name: 'Rex', more: 1 }));
    await expect(readJsonFile(file, spec, context)).rejects.toMatchObject({ error: { code: 'NewerFile' } });
    expect(await readdir(path.dirname(file))).toEqual(['pet.json']);
  });

  test('written many times at once holds one whole value', async () => {
    const names = Array.from({ length: 20 }, (_, index) => `pet ${index}`.repeat(500));
    await Promise.all(names.map((name) => writeJsonFile(file, { version: 2, name })));
    const read = await readJsonFile(file, spec, context);
    expect(names).toContain(read?.name);
    expect(await readdir(path.dirname(file))).toEqual(['pet.json']);
  });

  test('written many times at once holds what was written last, also behind a link', async () => {
    const link = path.join(await mkdtemp(path.join(os.tmpdir(), 'json-link-')), 'pet.json');
    await writeFile(file, '{}');
    await symlink(file, link);
    for (const place of [file, link]) {
      const names = Array.from({ length: 200 }, (_, index) => `pet ${index}`);
      await Promise.all(names.map((name) => writeJsonFile(place, { version: 2, name })));
      expect((await readJsonFile(place, spec, context))?.name).toBe('pet 199');
    }
    expect(await readlink(link)).toBe(file);
  });
});
