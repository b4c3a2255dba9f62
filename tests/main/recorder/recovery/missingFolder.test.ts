import { rename } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { eventually } from '../../../eventually';
import { click, recorderHouse } from '../recorderHouse';

test('a recording ends also where the disk does not even tell whether its folder is there, and the next can begin', async () => {
  const house = await recorderHouse();
  await house.start();
  const { folder } = house.sessions.paths(house.sessionId());
  const exists = house.sessions.exists.bind(house.sessions);
  const broken = Object.assign(new Error('EIO: i/o error'), { code: 'EIO' });
  house.sessions.exists = () => Promise.reject(broken);
  await rename(folder, `${folder}-aside`);
  click(house, 1, 1);
  await eventually(() => expect(house.recorder.state().phase).toBe('idle'));
  await house.recorder.foldersMoved();
  expect(house.recorder.state().problem).toMatchObject({ code: 'ENOENT' });
  house.sessions.exists = exists;
  await house.start();
  expect(house.recorder.state()).toMatchObject({ phase: 'recording', problem: undefined });
});
