import { rm } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { eventually } from '../../eventually';
import { sessionHeaderSchema } from '../../../src/shared/session';
import { click, exported, recorderHouse, type House } from './recorderHouse';

const idle = (house: House) => eventually(() => expect(house.recorder.state().phase).toBe('idle'));

describe('a person in a hurry', () => {
  it('gets one recording from two starts', async () => {
    const house = await recorderHouse();
    const first = house.start();
    await expect(house.start()).rejects.toMatchObject({ error: { code: 'NotNow' } });
    await first;
    await house.recorder.stop();
    expect(await house.sessions.ids()).toHaveLength(1);
  });

  it('gets a whole session from a stop while it starts', async () => {
    const house = await recorderHouse();
    const started = house.start();
    await house.recorder.stop();
    await started;
    const [id] = await house.sessions.ids();
    await exported(house, id!);
    expect(await house.text(id!, 'video/0001.mp4')).toBe('head of 0001;tail');
  });

  it('gets a whole session from a pause, two stops and a shutdown at once', async () => {
    const house = await recorderHouse();
    await house.start();
    const id = house.sessionId();
    const { recorder } = house;
    await Promise.all([recorder.pause(), recorder.stop(), recorder.stop(), recorder.shutdown()]);
    const header = sessionHeaderSchema.parse(JSON.parse(await house.text(id, 'session.json')));
    expect(header.state).toBe('finished');
    expect(house.log.lines.filter(({ fields }) => fields?.to === 'stopping')).toHaveLength(1);
    await exported(house, id);
  });

  it('keeps the session though the window cannot be shown', async () => {
    const house = await recorderHouse();
    await house.start();
    const id = house.sessionId();
    house.platform.windows.showMain = () => Promise.reject(new Error('no display'));
    await house.recorder.stop();
    await exported(house, id);
  });

  it('never sees a session between recording and export as failed', async () => {
    const house = await recorderHouse();
    await house.start();
    const id = house.sessionId();
    await house.recorder.stop();
    expect(house.sessions.activity(id)?.condition).toBe('exporting');
    await exported(house, id);
  });
});

describe('a clock that is set back', () => {
  it('does not shorten the recording', async () => {
    const house = await recorderHouse();
    await house.start();
    const id = house.sessionId();
    house.pass(5000);
    house.clock.setBack(3_600_000);
    await house.recorder.stop();
    await exported(house, id);
    expect(await house.sessions.list()).toMatchObject([{ durationMs: 5000 }]);
  });
});

describe.runIf(process.platform === 'linux')('a disk that is full', () => {
  it.each([
    ['EROFS', 'The folder for the recordings cannot be written, so nothing was recorded.'],
    ['ENOSPC', 'There is too little free space on the disk to record.'],
  ])('or that refuses the session’s folder with %s is told in plain words', async (code, message) => {
    const house = await recorderHouse();
    const refused = Object.assign(new Error(`${code}: no, mkdir '/x'`), { code, syscall: 'mkdir' });
    house.sessions.create = () => Promise.reject(refused);
    const details = expect.stringContaining(code);
    await expect(house.start()).rejects.toMatchObject({ error: { code, message, details } });
    expect(house.recorder.state()).toMatchObject({ phase: 'idle', problem: { message } });
  });

  it('before the start is told as it is: nothing was recorded, so nothing was kept', async () => {
    // Linux tells that this file system has no room at all.
    const house = await recorderHouse('/proc');
    const message = 'There is too little free space on the disk to record.';
    const details = expect.stringMatching(/^0 bytes free, \d+ needed/);
    await expect(house.start()).rejects.toMatchObject({ error: { code: 'ENOSPC', message, details } });
    expect(house.recorder.state()).toMatchObject({ phase: 'idle', problem: { message } });
    expect(house.recorder.state().problem?.action).not.toContain('kept');
  });

  it.each(['actionsLog', 'frames', 'screenshotsLog'] as const)(
    'for %s from the very start ends the recording cleanly and keeps the video',
    async (log) => {
      const house = await recorderHouse();
      const { create } = house.sessions;
      house.sessions.create = async (header) => {
        const paths = await create(header);
        house.fullFiles.add(paths[log]);
        return paths;
      };
      // The bundle is no part of this test.
      house.exporter.startExport = () => {};
      await house.start();
      const id = house.sessionId();
      click(house, 5, 5);
      const frames = [{ ageMs: 0, ptsUs: 0 }];
      house.framesSeen(frames);
      await eventually(() => expect(house.recorder.state().screenshotCount).toBe(2));
      house.clock.advance(400);
      await idle(house);
      expect(house.recorder.state().problem).toMatchObject({ code: 'ENOSPC' });
      expect(await house.text(id, 'video/0001.mp4')).toBe('head of 0001;tail');
    },
  );

  it.each(['video/0002.mp4', 'screenshots/000002.jpg'])('for %s does the same', async (name) => {
    const house = await recorderHouse();
    await house.start();
    const id = house.sessionId();
    await eventually(() => expect(house.recorder.state().screenshotCount).toBe(1));
    house.fullFiles.add(path.join(house.sessionsDir, id, name));
    if (name.startsWith('video')) {
      await house.recorder.pause();
      await house.recorder.resume().catch(() => undefined);
    } else click(house, 5, 5);
    await idle(house);
    expect(house.recorder.state().problem).toMatchObject({ code: 'ENOSPC' });
    expect(await house.text(id, 'video/0001.mp4')).toBe('head of 0001;tail');
    await exported(house, id);
  });
});

describe('a folder that is removed meanwhile', () => {
  it('ends the recording with words, and the app goes on', async () => {
    const house = await recorderHouse();
    await house.start();
    await rm(house.sessionsDir, { recursive: true });
    house.pass(5000);
    await idle(house);
    expect(house.recorder.state().problem).toMatchObject({ code: 'ENOENT' });
    await house.start();
    await house.recorder.stop();
    expect(await house.sessions.ids()).toHaveLength(1);
  });
});
