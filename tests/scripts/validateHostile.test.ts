import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hostileZips, makeHostileZips } from '../fixtures/hostile/hostileZips';

const MIB = 1024 * 1024;
const HEAP_MIB = 384;
/** What the program itself reads and holds, before any bundle. */
const PROGRAM_READS = 100 * MIB;
const PROGRAM_HOLDS = 200 * MIB;
/** A thousand problems of at most some thousand characters. */
const MOST_SAID = 1100 * 1100;

const tellUse = path.resolve(import.meta.dirname, '../fixtures/hostile/tellUse.mjs');
const program = path.resolve(import.meta.dirname, '../../bundle-validator/start.mjs');

describe('bundles that somebody made to harm those who check them', () => {
  let folder: string;
  let files: Map<string, string>;
  let ended: { code: number; stdout: string; stderr: string };
  let used: { readBytes?: number; most: number };

  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'hostile-zips-'));
    files = await makeHostileZips(folder);
    const useFile = path.join(folder, 'use.json');
    const options = [`--max-old-space-size=${HEAP_MIB}`, '--import', pathToFileURL(tellUse).href, program];
    ended = await new Promise((resolve) =>
      execFile(
        process.execPath,
        [...options, ...files.values()],
        { env: { ...process.env, USE_FILE: useFile }, maxBuffer: 200 * MIB },
        (error, stdout, stderr) => resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
      ),
    );
    used = JSON.parse(await readFile(useFile, 'utf8')) as typeof used;
  }, 240_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  /** What was printed of one of them. */
  const saidOf = (name: string) => {
    const [said, ...others] = ended.stdout
      .split(/^(?=(?:IN)?valid: )/im)
      .filter((part) => part.includes(`: ${files.get(name)!} (`));
    expect(others).toEqual([]);
    return said ?? '';
  };

  it('end the validator in order', () => {
    expect(ended).toMatchObject({ code: 1, stderr: '' });
  });

  it.each(hostileZips.map(({ name }) => name))('are refused in few words: one %s', (name) => {
    const said = saidOf(name);
    expect(said).toMatch(/^INVALID: /);
    expect(said.length).toBeLessThan(MOST_SAID);
  });

  it('print nothing but text', () => {
    expect(ended.stdout.match(/(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)).toBeNull();
  });

  it('are read at most twice, and held in bounded memory', async () => {
    const sizes = await Promise.all([...files.values()].map(async (file) => (await stat(file)).size));
    const all = sizes.reduce((sum, size) => sum + size, 0);
    expect(used.readBytes ?? 0).toBeLessThan(2 * all + PROGRAM_READS);
    expect(used.most).toBeLessThan((HEAP_MIB + 128) * MIB + PROGRAM_HOLDS);
  });
});
