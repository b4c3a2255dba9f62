import { crc32 } from 'node:zlib';
import { readFile, rename, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { ID, recorded } from '../recorder/recordedSession';

const row = async ({ sessions }: Awaited<ReturnType<typeof recorded>>) => (await sessions.list())[0];

describe('a bundle', () => {
  it('as its export left it is not damaged, nor is a copy of it that was brought back', async () => {
    const { exporter, sessions, paths } = await recorded();
    await exporter.exportSession(ID);
    expect(await sessions.bundleDamage(ID)).toBeNull();
    await utimes(paths.bundle, new Date(5000), new Date(5000));
    expect(await sessions.bundleDamage(ID)).toBeNull();
  });

  it('that was away while its summary was made anew is here once it is put back, and is not damaged', async () => {
    const house = await recorded();
    const { exporter, sessions, paths } = house;
    await exporter.exportSession(ID);
    const { size } = await stat(paths.bundle);
    await rename(paths.bundle, `${paths.bundle}.aside`);
    await sessions.saveSessionMeta(ID);
    await rename(`${paths.bundle}.aside`, paths.bundle);
    expect(await row(house)).toMatchObject({ condition: 'exported', fileSizeBytes: size });
    expect(await sessions.bundleDamage(ID)).toBeNull();
  });

  it('that was cut short is damaged, is shown so, and is whole after an export', async () => {
    const house = await recorded();
    const { exporter, sessions, paths } = house;
    await exporter.exportSession(ID);
    const { size } = await stat(paths.bundle);
    expect(await row(house)).toMatchObject({ condition: 'exported' });
    await truncate(paths.bundle, size - 100);
    expect(await sessions.bundleDamage(ID)).toMatchObject({ code: 'BundleDamaged' });
    expect(await row(house)).toMatchObject({
      condition: 'export-failed',
      fileSizeBytes: size - 100,
      problem: { code: 'BundleDamaged' },
    });
    await exporter.exportSession(ID);
    expect(await sessions.bundleDamage(ID)).toBeNull();
    expect(await row(house)).toMatchObject({ condition: 'exported', fileSizeBytes: size });
  });

  it('of the same size that cannot be read, or holds something else, is damaged', async () => {
    const { exporter, sessions, paths } = await recorded();
    await exporter.exportSession(ID);
    const bytes = await readFile(paths.bundle);
    await writeFile(paths.bundle, Buffer.alloc(bytes.length));
    await utimes(paths.bundle, new Date(5000), new Date(5000));
    expect(await sessions.bundleDamage(ID)).toMatchObject({ code: 'BundleDamaged' });
    const at = bytes.lastIndexOf('"sha256": "') + '"sha256": "'.length;
    bytes.write(bytes[at] === 48 ? '1' : '0', at);
    await writeFile(paths.bundle, bytes);
    await utimes(paths.bundle, new Date(6000), new Date(6000));
    expect(await sessions.bundleDamage(ID)).toMatchObject({ code: 'BundleDamaged' });
  });

  it('of the same size that holds something else is damaged, though its time was put back', async () => {
    const house = await recorded();
    const { exporter, sessions, paths } = house;
    await exporter.exportSession(ID);
    const { size, atime, mtime } = await stat(paths.bundle);
    expect(await row(house)).toMatchObject({ condition: 'exported' });
    expect(await sessions.bundleDamage(ID)).toBeNull();
    await writeFile(paths.bundle, Buffer.alloc(size));
    await utimes(paths.bundle, atime, mtime);
    expect(await sessions.bundleDamage(ID)).toMatchObject({ code: 'BundleDamaged' });
    expect(await row(house)).toMatchObject({ problem: { code: 'BundleDamaged' } });
  });

  it('that an upload was refused for is shown so, though the list trusts its size at first', async () => {
    const house = await recorded();
    const { exporter, sessions, paths } = house;
    await exporter.exportSession(ID);
    const { size } = await stat(paths.bundle);
    await writeFile(paths.bundle, Buffer.alloc(size));
    await utimes(paths.bundle, new Date(5000), new Date(5000));
    expect(await row(house)).toMatchObject({ condition: 'exported' });
    expect(await sessions.bundleDamage(ID)).toMatchObject({ code: 'BundleDamaged' });
    expect(await row(house)).toMatchObject({ problem: { code: 'BundleDamaged' } });
  });

  it('is held against no summary that a newer version wrote', async () => {
    const house = await recorded();
    const { exporter, sessions, paths } = house;
    await exporter.exportSession(ID);
    await writeFile(paths.meta, JSON.stringify({ version: 2 }));
    expect(await row(house)).toMatchObject({ condition: 'exported' });
    await truncate(paths.bundle, 10);
    expect(await sessions.bundleDamage(ID)).toBeNull();
    expect(await row(house)).toMatchObject({ condition: 'exported', fileSizeBytes: 10 });
  });

  it('is remembered by its size and time when it is gone, by its time once its summary was made anew', async () => {
    const { exporter, sessions, paths } = await recorded();
    expect(await sessions.madeBundle(ID)).toBeNull();
    await exporter.exportSession(ID);
    const { size, mtimeMs } = await stat(paths.bundle);
    const made = { modifiedAt: Math.round(mtimeMs), crc32: crc32(await readFile(paths.bundle)) };
    await rm(paths.bundle);
    expect(await sessions.madeBundle(ID)).toEqual({ size, ...made });
    await sessions.saveSessionMeta(ID);
    expect(await sessions.madeBundle(ID)).toEqual(made);
  });

  it('without a word on what was made is taken as it is', async () => {
    const { exporter, sessions, paths } = await recorded();
    await exporter.exportSession(ID);
    const { content: _, ...meta } = JSON.parse(await readFile(paths.meta, 'utf8')) as Record<string, unknown>;
    await writeFile(paths.meta, JSON.stringify(meta));
    await truncate(paths.bundle, 10);
    expect(await sessions.bundleDamage(ID)).toBeNull();
  });
});
