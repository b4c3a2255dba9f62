import type { Page } from '@playwright/test';
import { refused } from './fakeBridge';
import {
  longPlayback,
  manySteps,
  pausedPlayback,
  playableApp,
  playbackOf,
  someSteps,
} from './playbackSamples';
import { rows } from './app';
import type { UiState } from './states';

const open = (page: Page) => rows(page).first().getByRole('button', { name: 'Open' }).click();
const choose = (text: string) => async (page: Page) => {
  await open(page);
  await page.getByRole('option').filter({ hasText: text }).first().click();
};
const settled = async (page: Page) => {
  await page.waitForFunction(() => {
    const video = document.querySelector('video');
    return video === null || (video.readyState >= 2 && !video.seeking) || video.error !== null;
  });
};
const thenSettled = (act: (page: Page) => Promise<void>) => async (page: Page) => {
  await act(page);
  await settled(page);
};

const long = 'A document with a title that its author never shortened, '.repeat(6);
const longTitles = someSteps.map((step) => ({ ...step, window: { title: long, app: 'Editor' } }));
const paused = pausedPlayback();
const broken = playbackOf(someSteps);
const empty = playbackOf([], { segments: [], screenshotTimes: [], durationUs: 0 });
const aside = '/home/someone/sessions/20261121-141000-0000/actions.json.corrupt-1763735400000';

/** The player's states worth looking at. */
export const playerStates: Readonly<Record<string, UiState>> = {
  'player-open': {
    sessions: true,
    replies: playableApp(playbackOf(someSteps)),
    act: thenSettled(choose('0:09.0')),
  },
  'player-drag': {
    sessions: true,
    replies: playableApp(
      playbackOf(someSteps),
      someSteps.map((step) =>
        step.tUs === 5_000_000 ? { ...step, kind: 'drag', to: { ...step.at!, x: 900, y: 480 } } : step,
      ),
    ),
    act: thenSettled(choose('0:05.0')),
  },
  'player-loading': {
    sessions: true,
    replies: { ...playableApp(playbackOf(someSteps)), openPlayback: undefined },
    act: open,
  },
  'player-refused': {
    sessions: true,
    replies: {
      ...playableApp(playbackOf(someSteps)),
      openPlayback: refused({
        code: 'EACCES',
        message: 'The files of this session cannot be read.',
        action: 'Check the disk and the permissions of its folder, then try again.',
        details: 'EACCES: permission denied, open actions.json',
      }),
    },
    act: open,
  },
  'player-empty': { sessions: true, replies: playableApp(empty, [], []), act: open },
  'player-video-broken': {
    sessions: true,
    replies: playableApp({
      ...broken,
      segments: broken.segments.map((segment) => ({ ...segment, file: 'video/screenshot1.jpg' })),
    }),
    act: thenSettled(choose('0:05.0')),
  },
  'player-damaged': {
    sessions: true,
    replies: playableApp(
      playbackOf(someSteps, {
        problems: [
          {
            code: 'ActionsDamaged',
            message: '3 actions of this session could not be read.',
            action: 'The damaged file was set aside and kept beside the others; everything else plays.',
            details: aside,
          },
          {
            code: 'VideoMissing',
            message: 'A part of the video is missing.',
            action:
              'Look for it in an exported bundle of this session; the steps and screenshots are all here.',
            details: 'video/0002.mp4',
          },
        ],
      }),
    ),
    act: thenSettled(choose('0:02.0')),
  },
  'player-interrupted': {
    sessions: true,
    replies: playableApp(
      playbackOf(someSteps, { header: { ...broken.header, state: 'interrupted', rebuilt: true } }),
    ),
    act: thenSettled(choose('0:10.0')),
  },
  'player-long-titles': {
    sessions: true,
    replies: playableApp(playbackOf(longTitles), longTitles),
    act: thenSettled(choose('0:05.0')),
  },
  'player-many': {
    sessions: true,
    replies: playableApp(longPlayback(20_000), manySteps),
    act: async (page) => {
      await open(page);
      await page.keyboard.press('End');
      await page.getByRole('option', { selected: true }).waitFor();
      await settled(page);
    },
  },
  'player-paused-gap': {
    sessions: true,
    replies: playableApp(paused.playback, paused.steps),
    act: thenSettled(choose('Paused for 1 h')),
  },
  'player-keys': {
    sessions: true,
    replies: playableApp(playbackOf(someSteps)),
    act: async (page) => {
      await thenSettled(open)(page);
      await page.keyboard.press('?');
      await page.getByRole('dialog').waitFor();
    },
  },
};
