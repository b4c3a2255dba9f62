import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { reportPage } from '../../../../src/main/recorder/bundle/report/reportPage';
import { writeActionsFile } from '../../../../src/main/sessions/actionsFile';
import { createSessions } from '../../../../src/main/sessions/createSessions';
import type { Action, SessionHeader } from '../../../../src/shared/session';
import { FakeClock } from '../../../fakes/FakeClock';
import { SilentLog } from '../../../fakes/SilentLog';
import { stream } from '../../../shared/playback/streams';
import { temporaryFolder } from '../recorderHouse';

const ID = '20261101-101500-00ab';
const HOSTILE = `</script></style><img src=x onerror="alert('1')">&\u202e`;
const displays = [{ id: '1', name: 'Screen', x: 0, y: 0, width: 800, height: 600, scaleFactor: 1 }];

const header: SessionHeader = {
  version: 1,
  sessionId: ID,
  state: 'finished',
  createdAt: 1_790_000_000_000,
  durationUs: 40_000_000,
  app: { name: 'Session Recorder', version: '0.0.1' },
  os: { platform: 'linux', release: '6', arch: 'x64' },
  source: { id: 'screen:1', name: HOSTILE, kind: 'screen' },
  geometry: [{ epoch: 0, tUs: 0, displays }],
  clocks: [],
  capabilities: [{ name: 'microphone', available: false, why: HOSTILE }],
  redaction: { keyCodesRecorded: false, excluded: [HOSTILE] },
  microphone: false,
};
const press = (tUs: number): Action => ({
  type: 'press',
  tUs,
  button: 1,
  modifiers: [],
  display: '1',
  epoch: 0,
  x: 200,
  y: 300,
});

async function* presses(count: number): AsyncGenerator<Action> {
  for (let n = 0; n < count; n += 1) yield press(n * 1_000_000);
}

async function report(
  actions: AsyncIterable<Action>,
  more: Partial<SessionHeader> = {},
  shotFiles: string[] = [],
) {
  const clock = new FakeClock();
  const log = new SilentLog();
  const sessions = createSessions({ sessionsDir: await temporaryFolder(), clock, log, report: () => {} });
  const paths = await sessions.create({ ...header, ...more });
  await writeActionsFile(paths.actions, ID, actions);
  for (const name of ['0001.mp4', '0002.mp4']) await writeFile(path.join(paths.videoDir, name), 'video');
  const frames = [
    { tUs: 0, segment: 'video/0001.mp4', ptsUs: 0 },
    { tUs: 4_000_000, segment: 'video/0002.mp4', ptsUs: 0 },
    { tUs: 5_000_000, segment: 'video/0002.mp4', ptsUs: 1_000_000 },
  ];
  await writeFile(paths.frames, frames.map((frame) => `${JSON.stringify(frame)}\n`).join(''));
  const shot = { tUs: 5_200_000, file: 'screenshots/000001.jpg', trigger: 'press', width: 400, height: 300 };
  const shots = [shot, ...shotFiles.map((file) => ({ ...shot, file }))];
  await writeFile(paths.screenshotsLog, shots.map((one) => `${JSON.stringify(one)}\n`).join(''));
  const pieces: string[] = [];
  for await (const piece of reportPage(paths, { ...header, ...more })) pieces.push(piece);
  return { pieces, text: pieces.join('') };
}

describe('the report of a bundle', () => {
  it('leads each step to its frame, in whichever part of the video it is', async () => {
    const { text } = await report(stream([press(1_000_000), press(5_100_000)]));
    expect(text).toContain('data-src="video/0001.mp4"');
    expect(text).toContain('data-src="video/0002.mp4"');
    expect(text).toMatch(/<li data-part="0" data-at="0\.\d+"><button type="button"><time>0:01\.0</);
    expect(text).toMatch(/<li data-part="1" data-at="1\.005"><button type="button"><time>0:05\.1</);
  });

  it('marks the click on its screenshot, where it was', async () => {
    const { text } = await report(stream([press(5_100_000)]));
    expect(text).toContain('src="screenshots/000001.jpg"');
    expect(text).toContain('viewBox="0 0 400 300"');
    expect(text).toContain('<circle cx="100.0" cy="150.0"');
  });

  it('holds no markup from outside, and admits no script or style but its own', async () => {
    const window: Action = { type: 'window', tUs: 0, title: HOSTILE, app: HOSTILE };
    const { text } = await report(stream([window, press(1_000_000)]));
    expect(text).not.toContain('<img src=x');
    expect(text.match(/<\/script>/g)).toHaveLength(1);
    expect(text).toContain(
      '&lt;/script&gt;&lt;/style&gt;&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;',
    );
    const policy = /Content-Security-Policy" content="([^"]+)"/.exec(text)![1]!;
    const sha = (tag: string) =>
      createHash('sha256')
        .update(new RegExp(`<${tag}>([^]*?)</${tag}>`).exec(text)![1]!)
        .digest('base64');
    expect(policy).toContain(`script-src 'sha256-${sha('script')}'`);
    expect(policy).toContain(`style-src 'sha256-${sha('style')}'`);
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe|https?:|file:|\*/);
  });

  it('shows no picture that the recorder did not name, wherever the list of them leads', async () => {
    const names = ['file://host/share/1.jpg', '../../secret.jpg', '//host/1.jpg', 'screenshots/../../1.jpg'];
    const { text } = await report(stream([press(5_100_000)]), {}, names);
    expect(text.match(/<img [^>]*src="[^"]*"/g)).toEqual([
      expect.stringContaining('src="screenshots/000001.jpg"') as string,
    ]);
  });

  it('of twenty thousand steps is made piece by piece, and has pages that are laid out when they are looked at', async () => {
    const { pieces, text } = await report(presses(20_000));
    expect(text.match(/<li/g)).toHaveLength(20_000);
    expect(text.match(/class="page"/g)).toHaveLength(200);
    const largest = Math.max(...pieces.map((piece) => piece.length));
    expect(largest).toBeLessThan(10_000);
    expect(text.length / 20_000).toBeLessThan(400);
  });

  it('of a session without steps, or cut off, says so', async () => {
    const { text } = await report(stream<Action>([]), { state: 'interrupted', durationUs: undefined });
    expect(text).toContain('The recording was cut off');
    expect(text).toContain('Screenshot');
  });
});
