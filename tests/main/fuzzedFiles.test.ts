import { glob, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished, test } from 'vitest';
import * as z from 'zod/mini';
import { installationSchema } from '../../src/agent/uploadCommand/state';
import { formatBytes, formatDateTime, formatLength, formatRelative } from '../../src/components/format';
import { describeCondition, errorsOf } from '../../src/components/sessionRules';
import { describeProgress } from '../../src/components/uploadText';
import { openPlayback } from '../../src/main/player/openPlayback';
import { actionsOfLog } from '../../src/main/recorder/bundle/finaliseActions';
import { createSessions } from '../../src/main/sessions/createSessions';
import { dialectsFileSchema } from '../../src/upload/objectStore/s3/dialect';
import { holdSchema } from '../../src/main/sessions/sessionLock';
import { permissionsFileSchema } from '../../src/main/permissions';
import { settingsFileSchema } from '../../src/main/recordingSettings';
import { capabilitiesFileSchema } from '../../src/upload/destination/capabilityMemory';
import { configFileSchema } from '../../src/upload/destination/configFile';
import { pendingAbortsSchema } from '../../src/main/upload/orphanAborts';
import { presetSchema } from '../../src/main/upload/presetDestination';
import { sealSchema } from '../../src/main/upload/stateSeal';
import { progressPayload } from '../../src/main/upload/progressPayload';
import {
  actionSchema,
  actionsFileSchema,
  frameSchema,
  manifestSchema,
  screenshotSchema,
  sessionHeaderSchema,
  sessionMetaSchema,
  type SessionListItem,
} from '../../src/shared/session';
import { uploadStateSchema } from '../../src/shared/upload';
import { FakeClock } from '../fakes/FakeClock';
import { SilentLog } from '../fakes/SilentLog';
import { storedFiles, type StoredKind } from '../fixtures/storedFiles';
import { header, ID, press, recorded } from './recorder/recordedSession';

const root = path.resolve(import.meta.dirname, '../..');
const DOCUMENTS = 10_000;
const NOW_MS = 1_790_000_000_000;

/** Values that a careless reader trips over. */
const odd = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    '',
    0,
    -0,
    -1,
    0.5,
    1e300,
    -1e300,
    2 ** 53,
    8.64e15 + 1,
    1e-320,
    [],
    {},
  ),
  fc.constantFrom<unknown>('../../x', '/etc/passwd', 'a\u0000b', '\u202Egpj', '\uD800', '__proto__', 'NaN'),
  fc.constant('x'.repeat(5000)),
  fc.jsonValue(),
);

/** Every place in a document, as the keys that lead there. */
function places(value: unknown, at: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [at];
  return [at, ...Object.entries(value).flatMap(([key, inner]) => places(inner, [...at, key]))];
}

/** The document with something else in one place, or without that place. */
function changed(value: unknown, [key, ...rest]: string[], to: unknown): unknown {
  if (key === undefined) return to;
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string, unknown>;
  const inner = rest.length === 0 ? to : changed(copy[key], rest, to);
  if (inner === undefined) delete copy[key];
  else copy[key] = inner;
  return copy;
}

/** Good documents, most of them with one or two odd values in them. */
function documents(good: readonly unknown[]): fc.Arbitrary<unknown> {
  const change = (value: unknown) =>
    fc
      .tuple(fc.constantFrom(...places(value)), fc.option(odd, { nil: undefined, freq: 9 }))
      .map(([place, to]) => changed(value, place, to));
  const once = fc.constantFrom(...good).chain(change);
  return fc.oneof(
    { weight: 1, arbitrary: fc.constantFrom(...good) },
    { weight: 30, arbitrary: once },
    { weight: 20, arbitrary: once.chain(change) },
  );
}

const stored = (kind: StoredKind) => {
  const all = storedFiles(kind);
  const newest = Math.max(...all.map(({ version }) => version));
  return all.filter(({ version }) => version === newest).map(({ text }) => JSON.parse(text) as unknown);
};

/** What the list does with a row. */
function showRow(row: SessionListItem): void {
  formatDateTime(row.createdAt, { locale: 'en', timeZone: 'UTC' }, 'second');
  formatRelative(row.createdAt, NOW_MS);
  if (row.endedAt !== undefined) formatRelative(row.endedAt, NOW_MS);
  if (row.durationMs !== undefined)
    formatLength(row.durationMs, (row.endedAt ?? row.createdAt) - row.createdAt);
  if (row.fileSizeBytes !== undefined) formatBytes(row.fileSizeBytes);
  describeCondition(row);
  errorsOf(row);
  if (row.upload) describeProgress(row.upload);
}

const rowOf = (more: Partial<SessionListItem>): SessionListItem => ({
  ...{ sessionId: ID, createdAt: NOW_MS, actionCount: 0, screenshotCount: 0, isExported: true },
  ...{ uploadStatus: 'not_uploaded', condition: 'exported' },
  ...more,
});

const frame = { tUs: 1, segment: 'video/0001.mp4', ptsUs: 1 };
const shot = { tUs: 1, file: 'screenshots/000001.jpg', trigger: 'press', width: 4, height: 4 };
const actions = [
  press,
  { type: 'wheel', tUs: 1, display: '1', epoch: 0, x: 1, y: 1, deltaX: 0, deltaY: 1 },
  { type: 'keydown', tUs: 1, key: 'KeyA', modifiers: ['ctrl'] },
  { type: 'gap', tUs: 2, fromUs: 1, what: 'video' },
  { type: 'redaction', tUs: 2, fromUs: 1 },
  {
    type: 'window',
    tUs: 1,
    app: 'App',
    title: 'Title',
    display: '1',
    epoch: 0,
    bounds: { x: 0, y: 0, width: 1, height: 1 },
  },
  { type: 'pause', tUs: 1 },
];
const manifest = { version: 1, sessionId: ID, files: [{ path: 'a', size: 1, sha256: '0'.repeat(64) }] };
const settings = { version: 1, recordActiveWindow: true, excluded: ['KeePass'] };
const seal = { version: 1, key: '0'.repeat(64) };
const hold = { version: 1, pid: 1, host: 'here' };
const preset = {
  ...{ endpoint: 'http://127.0.0.1:9000', bucket: 'b', region: 'r' },
  ...{ accessKeyId: 'a', secretAccessKey: 's', provesItself: true },
};

type Fuzzed = { schema: z.ZodMiniType; good: readonly unknown[]; use?: (accepted: never) => void };
const kinds: Record<string, Fuzzed> = {
  header: {
    schema: sessionHeaderSchema,
    good: [...stored('session'), header()],
    use: (found: SessionListItem) => showRow(rowOf({ createdAt: found.createdAt, endedAt: found.endedAt })),
  },
  summary: {
    schema: sessionMetaSchema,
    good: stored('session-meta'),
    use: (found: SessionListItem) => showRow(rowOf(found)),
  },
  'upload state': {
    schema: uploadStateSchema,
    good: stored('upload-state'),
    use: (found: Parameters<typeof progressPayload>[0]) =>
      showRow(rowOf({ upload: progressPayload(found), uploadStatus: found.status })),
  },
  'upload settings': { schema: configFileSchema, good: stored('upload-config') },
  'findings about buckets': { schema: capabilitiesFileSchema, good: stored('upload-capabilities') },
  'findings about servers': { schema: dialectsFileSchema, good: stored('upload-dialects') },
  'pending aborts': { schema: pendingAbortsSchema, good: stored('pending-aborts') },
  'recording settings': { schema: settingsFileSchema, good: [settings] },
  'permissions that were asked for': {
    schema: permissionsFileSchema,
    good: [{ version: 1, asked: ['input'] }],
  },
  'seal of upload states': { schema: sealSchema, good: [seal] },
  'mark of use': { schema: holdSchema, good: [hold] },
  'preset destination': { schema: presetSchema, good: [preset] },
  manifest: { schema: manifestSchema, good: [manifest] },
  'id of an installation': {
    schema: installationSchema,
    good: [{ version: 1, id: '3f2504e0-4f89-41d3-9a0c-0305e82c3303' }],
  },
  actions: { schema: actionsFileSchema, good: [{ version: 1, sessionId: ID, actions }] },
  action: { schema: actionSchema, good: actions },
  frame: { schema: frameSchema, good: [frame] },
  screenshot: { schema: screenshotSchema, good: [shot] },
};

test('every file with a version is among them', async () => {
  const known = new Set<unknown>(Object.values(kinds).map(({ schema }) => schema));
  let written = 0;
  let found = 0;
  for await (const file of glob('src/**/*.ts', { cwd: root })) {
    const versions = (await readFile(path.join(root, file), 'utf8')).match(/\bversion: z\.literal\(/g);
    if (versions === null) continue;
    written += versions.length;
    const exported = Object.values((await import(path.join(root, file))) as object) as unknown[];
    const schemas = exported.filter((value) => value instanceof z.ZodMiniObject && 'version' in value.shape);
    expect(schemas.filter((schema) => !known.has(schema))).toEqual([]);
    found += schemas.length;
  }
  expect(found).toBe(written);
});

describe('a document with odd values', () => {
  it.each(Object.entries(kinds))('as %s is refused, or can be shown', (_kind, { schema, good, use }) => {
    for (const document of good) expect(schema.safeParse(document).success).toBe(true);
    let accepted = 0;
    fc.assert(
      fc.property(documents(good), (document) => {
        const parsed = schema.safeParse(JSON.parse(JSON.stringify(document) ?? 'null'));
        if (!parsed.success) return;
        accepted += 1;
        use?.(parsed.data as never);
      }),
      { numRuns: DOCUMENTS },
    );
    expect(accepted).toBeGreaterThan(0);
  });
});

const MANY = 100_000;
const crowds: [string, unknown][] = [0, '', {}, 'x'.repeat(20)].map((bad) => [
  `${MANY} items like ${JSON.stringify(bad)}`,
  Array.from({ length: MANY }, () => bad),
]);
crowds.push([`${MANY} keys`, Object.fromEntries(Array.from({ length: MANY }, (_, n) => [`key ${n}`, 0]))]);

describe('a document that is too large by far', () => {
  it.each(Object.entries(kinds))('as %s is refused with few words', (_kind, { schema, good }) => {
    for (const document of good)
      for (const place of places(document))
        for (const [what, crowd] of crowds) {
          const parsed = z.safeParse(schema, changed(document, place, crowd));
          expect(parsed.error?.issues.length ?? 0, `${what} at ${place.join('.')}`).toBeLessThan(100);
        }
  });
});

const textOf = (values: unknown[]) => values.map((value) => `${JSON.stringify(value) ?? 'null'}\n`).join('');

describe('a session whose files hold odd values', () => {
  it('plays, and exports with a report, or says why not', async () => {
    const { exporter, sessions, paths, clock } = await recorded({ state: 'interrupted' });
    const some = (good: readonly unknown[]) => textOf(fc.sample(documents(good), 2000));
    await writeFile(paths.actionsLog, some(actions));
    await writeFile(paths.frames, some([frame]));
    await writeFile(paths.screenshotsLog, some([shot]));
    const beside = await readdir(path.dirname(paths.folder));
    const play = async () =>
      openPlayback({
        ...{ paths, clock, readLog: actionsOfLog, filesUrl: '/sessions/' },
        header: await sessions.settledHeader(ID),
      });
    expect((await play()).steps.length).toBeGreaterThan(0);
    await exporter.exportSession(ID, { withoutMissing: true });
    expect((await play()).steps.length).toBeGreaterThan(0);
    expect(await readdir(path.dirname(paths.folder))).toEqual(beside);
  });

  it('is listed, whatever its header, summary and mark of use say', async () => {
    const sessionsDir = await mkdtemp(path.join(os.tmpdir(), 'fuzzed-'));
    onTestFinished(() => rm(sessionsDir, { recursive: true, force: true }));
    const good = {
      'session.json': [header()],
      'session-meta.json': [{ ...(stored('session-meta')[0] as object), sessionId: ID }],
      '.in-use': [hold],
    };
    const folders = 150;
    const seeds = Array.from(
      { length: folders },
      (_, n) => `20261101-101500-${n.toString(16).padStart(4, '0')}`,
    );
    for (const sessionId of seeds) {
      await mkdir(path.join(sessionsDir, sessionId));
      for (const [name, bases] of Object.entries(good)) {
        const named = bases.map((base) => ('sessionId' in base ? { ...base, sessionId } : base));
        const [document] = fc.sample(documents(named), 1);
        await writeFile(path.join(sessionsDir, sessionId, name), JSON.stringify(document) ?? 'null');
      }
    }
    const log = new SilentLog();
    const sessions = createSessions({ sessionsDir, clock: new FakeClock(), log, report: () => {} });
    const rows = await sessions.list();
    expect(rows.map(({ sessionId }) => sessionId).sort()).toEqual(seeds);
    for (const row of rows) showRow({ ...row, uploadStatus: 'not_uploaded' });
    for (const sessionId of seeds) await sessions.isHeldElsewhere(sessionId).catch(wordsOnly);
    for (const sessionId of seeds) await sessions.settledHeader(sessionId).catch(wordsOnly);
    expect((await readdir(sessionsDir)).sort()).toEqual(seeds);
  });
});

/** Only what has words for a person may be thrown. */
function wordsOnly(error: unknown): void {
  expect(error).toMatchObject({ name: 'AppFailure' });
}
