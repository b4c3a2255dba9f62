import { readFile, truncate, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { main } from '../cli';
import { validateBundle } from '../validateBundle';
import {
  actions,
  frames,
  header,
  ID,
  manifestOf,
  sampleContents,
  withManifest,
  writeBundle,
} from './sampleBundle';

/** The problems found in the sample with some files changed and a matching manifest. */
async function problemsWith(changes: Record<string, unknown>): Promise<string[]> {
  const contents = sampleContents();
  for (const [name, content] of Object.entries(changes))
    if (content === undefined) contents.delete(name);
    else contents.set(name, typeof content === 'string' ? content : JSON.stringify(content));
  return toldOf(await writeBundle(withManifest(contents)));
}

async function toldOf(file: string): Promise<string[]> {
  const { problems } = await validateBundle(file);
  return problems.map(({ file: name, what }) => `${name}: ${what}`);
}

const actionsFile = (changed: object[]) => ({ version: 1, sessionId: ID, actions: changed });

describe('a bundle', () => {
  it('that follows the format is valid, and is told what it holds', async () => {
    const verdict = await validateBundle(await writeBundle(withManifest(sampleContents())));
    expect(verdict).toEqual({
      problems: [],
      sessionId: ID,
      state: 'finished',
      actions: 4,
      frames: 2,
      screenshots: 1,
      segments: 1,
    });
  });

  it.each([
    [
      'its header was made anew and knows no clocks and displays',
      {
        'session.json': {
          ...{ ...header, rebuilt: true, state: 'interrupted' },
          ...{ clocks: [], geometry: [], durationUs: undefined },
        },
      },
    ],
  ])('is valid when %s', async (_why, changes) => {
    expect(await problemsWith(changes)).toEqual([]);
  });

  it.each([
    ['a file is missing', { 'report.html': undefined }, 'report.html: It is missing.'],
    ['a segment is missing', { 'video/0001.mp4': undefined }, 'names video/0001.mp4, which is missing'],
    ['a picture is none', { 'screenshots/000001.jpg': 'GIF89a' }, 'screenshots/000001.jpg: Its first bytes'],
    ['the header lacks a field', { 'session.json': { ...header, os: undefined } }, 'session.json: os:'],
    ['the header is no JSON', { 'session.json': '{"version"' }, 'session.json: It is not JSON'],
    [
      'a clock goes back',
      { 'session.json': { ...header, clocks: header.clocks.toReversed() } },
      'Clock reading 1',
    ],
    [
      'something was done in a redaction',
      { 'actions.json': actionsFile([...actions, { type: 'redaction', fromUs: 1_150_000, tUs: 2_000_000 }]) },
      'Action 3 lies in a redaction.',
    ],
    [
      'a screenshot was taken in a redaction',
      { 'actions.json': actionsFile([{ type: 'redaction', fromUs: 900_000, tUs: 2_000_000 }]) },
      'screenshots.jsonl: Line 1: It lies in a redaction.',
    ],
    [
      'what is called missing is there',
      { 'session.json': { ...header, missing: ['video/0001.mp4'] } },
      'calls video/0001.mp4 missing',
    ],
    ['a time is missing', { 'session.json': { ...header, durationUs: undefined } }, 'has no duration'],
    [
      'actions are out of order',
      { 'actions.json': actionsFile(actions.toReversed()) },
      'Action 1 lies before',
    ],
    [
      'an action is nowhere',
      { 'actions.json': actionsFile([{ ...actions[1], epoch: 7 }]) },
      'geometry epoch 7',
    ],
    [
      'an action is on no display',
      { 'actions.json': actionsFile([{ ...actions[1], display: '9' }]) },
      'display 9',
    ],
    [
      'sessions are mixed up',
      { 'actions.json': { ...actionsFile([]), sessionId: ID.replace('9f', 'aa') } },
      'about session',
    ],
    ['a line is torn', { 'frames.jsonl': '{"tUs": 1, "seg' }, 'frames.jsonl: Line 1: It is no entry'],
    [
      'frames go back',
      {
        'frames.jsonl': frames
          .toReversed()
          .map((f) => JSON.stringify(f))
          .join('\n'),
      },
      'Line 2: Its tUs',
    ],
    [
      'screenshots go back',
      {
        'screenshots.jsonl': [2, 1]
          .map((tUs) =>
            JSON.stringify({ tUs, file: 'screenshots/000001.jpg', trigger: 'press', width: 4, height: 4 }),
          )
          .join('\n'),
      },
      'screenshots.jsonl: Line 2: Its tUs',
    ],
  ])('is refused when %s', async (_why, changes, expected) => {
    expect((await problemsWith(changes)).join('\n')).toContain(expected);
  });

  it('is refused when its manifest is untrue', async () => {
    const contents = sampleContents();
    const manifest = manifestOf(contents);
    contents.set('report.html', '<!doctype html>!');
    contents.set('extra.txt', 'x');
    contents.delete('frames.jsonl');
    const told = await toldOf(await writeBundle(new Map([...contents, ['manifest.json', manifest]])));
    expect(told).toEqual([
      'report.html: It has 16 bytes, the manifest says 15.',
      'report.html: Its SHA-256 is not the manifest’s.',
      'extra.txt: The manifest does not name it.',
      'frames.jsonl: The manifest names it, but it is missing.',
    ]);
  });

  it('is refused when the manifest is not last, or entries are compressed', async () => {
    const contents = sampleContents();
    const first = new Map([['manifest.json', manifestOf(contents)], ...contents]);
    expect(await toldOf(await writeBundle(first))).toEqual(['manifest.json: It is not the last entry.']);
    const told = await toldOf(await writeBundle(withManifest(contents), { compress: true }));
    expect(told).toContain('session.json: It is compressed; entries are stored.');
  });

  it('is refused when it was cut off or is no zip at all', async () => {
    const file = await writeBundle(withManifest(sampleContents()));
    await truncate(file, 700);
    expect((await toldOf(file)).join()).toContain('cannot be read as a zip');
    await writeFile(file, 'not a zip');
    expect((await toldOf(file)).join()).toContain('cannot be read as a zip');
  });

  it('with a thousand bad lines is told of twenty, and how many more there are', async () => {
    const told = await problemsWith({ 'frames.jsonl': 'torn\n'.repeat(1000) });
    expect(told).toHaveLength(21);
    expect(told.at(-1)).toBe('frames.jsonl: … and 980 more.');
  });
});

describe('a hostile bundle', () => {
  it('is not unpacked, however much it would become', async () => {
    const bomb = new Map([...sampleContents(), ['frames.jsonl', Buffer.alloc(100 * 1024 * 1024)]]);
    const file = await writeBundle(withManifest(bomb), { compress: true });
    const before = process.resourceUsage().maxRSS;
    expect((await toldOf(file)).join('\n')).toContain('frames.jsonl: It is compressed');
    expect(process.resourceUsage().maxRSS - before).toBeLessThan(50 * 1024);
  });

  it('whose entries lie over each other is not read', async () => {
    const video = Buffer.alloc(100_000);
    const file = await writeBundle(new Map(['a', 'b'].map((name) => [name, video])));
    const zip = await readFile(file);
    // Points the directory's second entry to the bytes of the first, and removes the second's bytes.
    const directory = zip.indexOf(Buffer.from('PK\x01\x02', 'latin1'));
    const second = zip.indexOf(Buffer.from('PK\x01\x02', 'latin1'), directory + 4);
    zip.writeUInt32LE(0, second + 42);
    const cut = Buffer.concat([zip.subarray(0, 100_050), zip.subarray(directory)]);
    cut.writeUInt32LE(100_050, cut.length - 6);
    await writeFile(file, cut);
    expect((await toldOf(file)).join()).toContain('its entries claim more bytes than the file has');
  });

  it('with a line without end is told of that line', async () => {
    const long = 'x'.repeat(70_000);
    const told = await problemsWith({ 'frames.jsonl': `${long}\n${JSON.stringify(frames[0])}\n` });
    expect(told).toEqual(['frames.jsonl: Line 1: It is no entry of this file.']);
  });

  it('with a million bad actions is given up in time', async () => {
    const bad = `{"version":1,"sessionId":"${ID}","actions":[${'0,'.repeat(1_000_000)}0]}`;
    const told = await problemsWith({ 'actions.json': bad });
    expect(told).toContain('actions.json: … and 9980 more.');
    expect(told).toContain('actions.json: It is not judged any further.');
  });

  it('with a header of a million bad displays is told of the first', async () => {
    const geometry = Array.from({ length: 1_000_000 }, () => 0);
    const told = await problemsWith({ 'session.json': { ...header, geometry } });
    expect(told).toEqual(['session.json: geometry.0: Invalid input']);
  });

  it('with bad entries without end is told of a thousand problems', async () => {
    const many = Array.from({ length: 3000 }, (_, n) => [`extra/${n}`, 'x'] as const);
    const contents = new Map([...sampleContents(), ...many]);
    const told = await toldOf(
      await writeBundle(new Map([...contents, ['manifest.json', manifestOf(sampleContents())]])),
    );
    expect(told).toHaveLength(1001);
    expect(told.at(-1)).toBe('undefined: … and 2000 more problems.');
  });

  it('says nothing to the terminal but text', async () => {
    const said: string[] = [];
    const name = 'a\u001B]52;c;ZXZpbA==\u0007\nvalid: b\u202E';
    const file = await writeBundle(withManifest(new Map([...sampleContents(), [name, 'x']])));
    const manifest = new Map([
      ...sampleContents(),
      [name, 'x'],
      ['manifest.json', manifestOf(sampleContents())],
    ]);
    expect(await main([file, await writeBundle(manifest)], (line) => said.push(line))).toBe(1);
    expect(said.join('')).toContain('  a]52;c;ZXZpbA== valid: b: The manifest does not name it.');
    expect(said.join('')).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202E]/);
    expect(said.flatMap((text) => text.split('\n')).filter((line) => line.startsWith('valid: b'))).toEqual(
      [],
    );
  });
});

describe('the command', () => {
  it('says what is wrong and ends with 1, or with 0 when all is well', async () => {
    const said: string[] = [];
    const good = await writeBundle(withManifest(sampleContents()));
    expect(await main([good], (line) => said.push(line))).toBe(0);
    expect(said.join()).toContain('valid: ');
    expect(await main([good, `${good}.not`], (line) => said.push(line))).toBe(1);
    expect(said.join()).toContain('INVALID: ');
    expect(await main([], (line) => said.push(line))).toBe(2);
  });
});
