import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { onTestFinished } from 'vitest';
import { ZipFile } from 'yazl';

export const ID = '20260131-142530-9f3a';

export type Contents = Map<string, Buffer | string>;

const json = (value: unknown) => JSON.stringify(value);
const lines = (values: unknown[]) => values.map((value) => `${json(value)}\n`).join('');
const pointer = { display: '1', epoch: 0, x: 10, y: 20, button: 1, modifiers: [] };

export const header = {
  version: 1,
  sessionId: ID,
  state: 'finished',
  createdAt: 1_769_869_530_000,
  endedAt: 1_769_869_533_000,
  durationUs: 3_000_000,
  app: { name: 'Session Recorder', version: '0.1.0' },
  os: { platform: 'linux', release: '6', arch: 'x64' },
  source: { id: 'screen:1', name: 'Built-in display', kind: 'screen' },
  geometry: [
    {
      epoch: 0,
      tUs: 0,
      displays: [{ id: '1', name: 'Built-in', x: 0, y: 0, width: 800, height: 600, scaleFactor: 1 }],
    },
  ],
  clocks: [
    { tUs: 0, utcMs: 1_769_869_530_000 },
    { tUs: 3_000_000, utcMs: 1_769_869_533_000 },
  ],
  capabilities: [],
  redaction: { keyCodesRecorded: false },
  microphone: false,
  video: { mimeType: 'video/mp4', segments: ['video/0001.mp4'] },
};

export const actions = [
  { type: 'move', tUs: 1000, display: '1', epoch: 0, x: 1, y: 1 },
  { type: 'press', tUs: 1_000_000, ...pointer },
  { type: 'release', tUs: 1_100_000, ...pointer },
  { type: 'keydown', tUs: 1_200_000, key: 'Enter', modifiers: [] },
];

export const frames = [
  { tUs: 0, segment: 'video/0001.mp4', ptsUs: 0 },
  { tUs: 33_000, segment: 'video/0001.mp4', ptsUs: 33_000 },
];

/** The files of a small valid bundle, without the manifest. */
export function sampleContents(): Contents {
  const screenshot = {
    tUs: 1_000_000,
    file: 'screenshots/000001.jpg',
    trigger: 'press',
    width: 4,
    height: 4,
  };
  return new Map<string, Buffer | string>([
    ['session.json', json(header)],
    ['actions.json', json({ version: 1, sessionId: ID, actions })],
    ['frames.jsonl', lines(frames)],
    ['screenshots.jsonl', lines([screenshot])],
    ['video/0001.mp4', Buffer.from('\0\0\0\x18ftypisom')],
    ['screenshots/000001.jpg', Buffer.from([0xff, 0xd8, 0xff, 0xe0])],
    ['report.html', '<!doctype html>'],
  ]);
}

export function manifestOf(contents: Contents): string {
  const files = [...contents].map(([name, content]) => ({
    path: name,
    size: Buffer.byteLength(content),
    sha256: createHash('sha256').update(content).digest('hex'),
  }));
  return json({ version: 1, sessionId: ID, files });
}

/** Writes a zip of stored entries, in order, to a folder that is removed after the test. */
export async function writeBundle(contents: Contents, options: { compress?: boolean } = {}): Promise<string> {
  const dir = await mkdtemp(path.join(os.tmpdir(), 'bundle-validator-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  const zip = new ZipFile();
  for (const [name, content] of contents)
    zip.addBuffer(Buffer.from(content), name, { compress: options.compress ?? false });
  zip.end();
  const file = path.join(dir, `${ID}.zip`);
  await pipeline(zip.outputStream, createWriteStream(file));
  return file;
}

/** The contents with a matching manifest. */
export function withManifest(contents: Contents): Contents {
  return new Map([...contents, ['manifest.json', manifestOf(contents)]]);
}
