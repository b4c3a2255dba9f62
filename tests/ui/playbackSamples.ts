import type { Playback, PlaybackSegment } from '../../src/shared/playback/playback';
import { stepKinds, type PlayedStep, type Step } from '../../src/shared/playback/step';
import type { Screenshot } from '../../src/shared/session';
import { ok, type Replies } from './fakeBridge';
import { calmApp, idOf, sessionAt } from './samples';

const S = 1_000_000;
const at = (x: number, y: number) => ({ display: '1', epoch: 0, x, y });
const shot = (seconds: number, n: number): Screenshot => ({
  ...{ tUs: seconds * S, file: `screenshots/screenshot${n}.jpg`, trigger: 'press', width: 640, height: 360 },
});
const step = (kind: Step['kind'], seconds: number, more: Partial<PlayedStep> = {}): PlayedStep => {
  const tUs = seconds * S;
  return { kind, tUs, untilUs: tUs, firstAction: seconds * 10, actionCount: 2, count: 1, ...more };
};
const window = { title: 'Invoices - Accounting', app: 'Browser' };
const click = (seconds: number, x: number, y: number, more: Partial<PlayedStep> = {}) =>
  step('click', seconds, {
    ...{ button: 1, at: at(x, y), window, frame: { segment: 0, atUs: seconds * S } },
    ...more,
  });

/** What tests/fixtures/session/desktop.mp4 shows. */
export const someSteps: PlayedStep[] = [
  step('screenshot', 0, { actionCount: 0, screenshot: { ...shot(0, 1), trigger: 'start' } }),
  click(2, 300, 172, { screenshot: shot(2.1, 1) }),
  step('typing', 3.4, { count: 3, untilUs: 4.1 * S, window }),
  click(5, 420, 240, { screenshot: shot(5.1, 3) }),
  step('shortcut', 6, { keys: ['Enter'], modifiers: ['ctrl'], window }),
  click(9, 540, 345, { screenshot: shot(9.1, 4), frame: { segment: 0, atUs: 8.5 * S } }),
  step('scroll', 10, { at: at(600, 300), deltaX: 0, deltaY: 6, window }),
];
export const someShots = [shot(0, 1), shot(2.1, 1), shot(5.1, 3), shot(9.1, 5)];

function segment(file: string, from: number, until: number): PlaybackSegment {
  const points = [
    { tUs: from * S, ptsUs: 0 },
    { tUs: until * S, ptsUs: (until - from) * S },
  ];
  return { file, fromUs: from * S, untilUs: until * S, epoch: 0, points };
}

const displays = [{ id: '1', name: 'Screen', x: 0, y: 0, width: 1280, height: 720, scaleFactor: 1 }];

/** A session of 12 seconds in one segment. */
export function playbackOf(steps: PlayedStep[], more: Partial<Playback> = {}): Playback {
  return {
    sessionId: idOf(0),
    header: {
      createdAt: sessionAt(0).createdAt,
      state: 'finished',
      source: { id: 'screen:1', name: 'Entire screen', kind: 'screen' },
      geometry: [{ epoch: 0, tUs: 0, displays }],
      capabilities: [],
      redaction: { keyCodesRecorded: false },
    },
    durationUs: 12 * S,
    segments: [segment('video/desktop.mp4', 0, 12)],
    silences: [],
    stepTimes: steps.map(({ tUs }) => tUs),
    stepKindCodes: steps.map(({ kind }) => stepKinds.indexOf(kind)),
    screenshotTimes: someShots.map(({ tUs }) => tUs),
    filesUrl: `/sessions/${idOf(0)}/`,
    problems: [],
    ...more,
  };
}

/** The app with one session, which the player can open. */
export function playableApp(playback: Playback, steps = someSteps, screenshots = someShots): Replies {
  return calmApp([sessionAt(0), sessionAt(1)], {
    openPlayback: ok(playback),
    closePlayback: ok(undefined),
    readSteps: ok(steps),
    readScreenshots: ok(screenshots),
    copyText: ok(undefined),
  });
}

/** Two segments with a pause of an hour between them, and a part at the end that has no picture. */
export function pausedPlayback(): { playback: Playback; steps: PlayedStep[] } {
  const hourLater = 3605 * S;
  const pause = step('pause', 5, { untilUs: hourLater });
  const moved = { ...click(3607, 540, 345), frame: { segment: 1, atUs: 2 * S } };
  const gap = step('gap', 3617, { missing: 'video', fromUs: 3612 * S });
  const steps = [...someSteps.slice(0, 3), pause, moved, gap];
  const segments = [segment('video/desktop.mp4', 0, 5), segment('video/desktop.mp4', 3605, 3612)];
  const silences: Playback['silences'] = [
    { fromUs: 5 * S, untilUs: hourLater, why: 'pause' },
    { fromUs: 3612 * S, untilUs: 3617 * S, why: 'video' },
  ];
  return { playback: playbackOf(steps, { segments, silences, durationUs: 3617 * S }), steps };
}

/** `count` steps, one each half second; pages of them are all alike. */
export function longPlayback(count: number): Playback {
  const kinds = someSteps.map(({ kind }) => stepKinds.indexOf(kind));
  return playbackOf([], {
    durationUs: count * 0.5 * S,
    segments: [segment('video/desktop.mp4', 0, count * 0.5)],
    stepTimes: Array.from({ length: count }, (_, n) => n * 0.5 * S),
    stepKindCodes: Array.from({ length: count }, (_, n) => kinds[(n % 200) % kinds.length]!),
  });
}

/** A page of steps as `longPlayback` has them. */
export const manySteps = Array.from({ length: 200 }, (_, n) => someSteps[n % someSteps.length]!);
