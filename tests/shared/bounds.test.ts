import fc from 'fast-check';
import { glob, readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import * as z from 'zod/mini';
import { clip } from '../../src/shared/bounds';
import { commands } from '../../src/shared/contract';
import { sessionHeaderSchema, sessionMetaSchema } from '../../src/shared/session';
import { uploadStateSchema } from '../../src/shared/upload';

const root = path.resolve(import.meta.dirname, '../..');
/** Modules whose exports are looked through. */
const MODULES = 'src/{shared,main/upload}/**/*.ts';

type Json = { [key: string]: unknown };

/** What in a JSON schema has no bounds, by where it stands. */
function* unbounded(schema: Json, at: string): Generator<string> {
  const { type } = schema;
  const has = (...names: string[]) => names.every((name) => Number.isFinite(schema[name]));
  if ((type === 'number' || type === 'integer') && schema.const === undefined && !has('minimum', 'maximum'))
    yield `${at}: a ${type}`;
  const isListed = schema.const !== undefined || schema.enum !== undefined;
  if (type === 'string' && !isListed && !has('maxLength')) yield `${at}: a string`;
  const isTuple = schema.prefixItems !== undefined;
  if (type === 'array' && !isTuple && !has('maxItems')) yield `${at}: an array`;
  for (const [name, value] of Object.entries(schema))
    if (typeof value === 'object' && value !== null) yield* unbounded(value as Json, `${at}.${name}`);
}

async function schemas(): Promise<[string, z.ZodMiniType][]> {
  const found: [string, unknown][] = Object.entries(commands).map(([name, { args }]) => [name, args]);
  for await (const file of glob(MODULES, { cwd: root })) {
    const exported = (await import(path.join(root, file))) as Record<string, unknown>;
    for (const [name, value] of Object.entries(exported)) found.push([`${file}: ${name}`, value]);
  }
  const isSchema = (value: unknown) => typeof value === 'object' && value !== null && '_zod' in value;
  return found.flatMap(([name, value]) => (isSchema(value) ? [[name, value as z.ZodMiniType]] : []));
}

test('every number, text and list of every schema has bounds', async () => {
  const all = await schemas();
  expect(all.length).toBeGreaterThan(80);
  const found = all.flatMap(([name, schema]) => [
    ...unbounded(z.toJSONSchema(schema, { unrepresentable: 'any' }) as Json, name),
  ]);
  expect(found).toEqual([]);
});

test('no schema makes a number, a text, a list or a record of its own', async () => {
  const found: string[] = [];
  for await (const file of glob('{src,bundle-validator}/**/*.ts', { cwd: root })) {
    if (file === path.join('src', 'shared', 'bounds.ts')) continue;
    const text = await readFile(path.join(root, file), 'utf8');
    if (/\bz\s*\.(number|int|string|array|record|bigint|any|unknown|set|map)\(/.test(text)) found.push(file);
  }
  expect(found).toEqual([]);
});

const id = '20260131-142530-9f3a';
const meta = { version: 1, sessionId: id, createdAt: 1, endedAt: 2, actionCount: 0, screenshotCount: 0 };
const header = {
  ...{ version: 1, sessionId: id, state: 'finished', createdAt: 1, microphone: false },
  app: { name: 'Session Recorder', version: '1' },
  os: { platform: 'linux', release: '6', arch: 'x64' },
  source: { id: 'screen:0', name: 'Screen', kind: 'screen' },
  ...{ geometry: [], clocks: [], capabilities: [], redaction: { keyCodesRecorded: false } },
};
const upload = {
  ...{
    version: 2,
    sessionId: id,
    status: 'done',
    bytesUploaded: 0,
    totalBytes: 0,
    retryCount: 0,
    maxRetries: 1,
  },
  ...{ createdAt: 1, updatedAt: 1, generation: 1, pendingAborts: [] },
};

test.each([
  ['header', sessionHeaderSchema, header],
  ['meta', sessionMetaSchema, meta],
  ['upload', uploadStateSchema, upload],
] as const)('a time that no calendar knows is refused in a %s', (_what, schema, good) => {
  expect(z.safeParse(schema, good).success).toBe(true);
  for (const createdAt of [1e300, -1, 8.64e15 + 1, -1e300])
    expect(z.safeParse(schema, { ...good, createdAt }).success).toBe(false);
});

test('names of files are those that the recorder gives', () => {
  const video = (segment: string) => ({ ...header, video: { mimeType: 'video/mp4', segments: [segment] } });
  expect(z.safeParse(sessionHeaderSchema, video('video/0001.mp4')).success).toBe(true);
  for (const name of ['../0001.mp4', '/etc/passwd', 'video/../../x.mp4', 'file://host/video/0001.mp4'])
    expect(z.safeParse(sessionHeaderSchema, video(name)).success).toBe(false);
});

test('a text is cut between characters', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.nat(20), (text, most) => {
      const cut = clip(text, most);
      expect(text.startsWith(cut)).toBe(true);
      expect(cut.length).toBeLessThanOrEqual(most);
      if (text.isWellFormed()) expect(cut.isWellFormed()).toBe(true);
    }),
  );
});
