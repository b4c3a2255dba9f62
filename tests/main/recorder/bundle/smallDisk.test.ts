import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { eventually } from '../../../eventually';
import { SmallDisk, whyNoSmallDisk } from '../../../faults/SmallDisk';
import { click, exported, recorderHouse, temporaryFolder } from '../recorderHouse';

const MIB = 1024 * 1024;
const leftOut = await whyNoSmallDisk();
if (leftOut !== undefined) console.log(`a small disk that fills up while recording: left out, ${leftOut}`);

it.skipIf(leftOut !== undefined)(
  'stops in words when the disk fills up while recording, keeps what is there, and exports once there is room',
  async () => {
    const folder = path.join(await temporaryFolder(), 'disk');
    await mkdir(folder);
    const disk = await SmallDisk.mount(folder, 1024 * MIB);
    onTestFinished(() => disk.unmount());
    const house = await recorderHouse(path.join(folder, 'sessions'));
    await house.start();
    const id = house.sessionId();
    house.pass(1000);
    await disk.fill();
    for (let x = 0; x < 100; x += 1) click(house, x, 5);
    house.pass(6000);
    await eventually(() => expect(house.recorder.state().phase).toBe('idle'));
    expect(house.recorder.state().problem).toMatchObject({
      code: 'ENOSPC',
      message: expect.stringMatching(
        /^The disk is (nearly )?full, so the recording was stopped\.$/,
      ) as unknown,
    });
    const [row] = await eventually(async () => {
      const rows = await house.sessions.list();
      expect(rows[0]?.condition).toBe('export-failed');
      return rows;
    });
    expect(row?.problem).toMatchObject({
      code: 'ENOSPC',
      action: expect.stringMatching(/^Free \d+ MB and export again/) as unknown,
    });
    expect(await house.text(id, 'video/0001.mp4')).toContain('head of 0001;');

    await disk.makeRoom();
    await house.exporter.exportSession(id);
    await exported(house, id);
  },
);
