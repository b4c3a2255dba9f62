import { describe, expect, it } from 'vitest';
import { eventually } from '../../../eventually';
import type { SessionHeader } from '../../../../src/shared/session';
import { actionsOf, exported, recorderHouse } from '../recorderHouse';

describe('a recording whose source is lost', () => {
  it('goes on with what is left when its display goes, and says what is missing', async () => {
    const house = await recorderHouse();
    await house.start();
    const id = house.sessionId();
    house.pass(2000);
    const first = house.platform.token;
    const other = {
      id: '2',
      name: 'Second',
      bounds: { x: 0, y: 0, width: 800, height: 600 },
      scaleFactor: 1,
    };
    house.platform.displays = [other];
    house.platform.sources = [{ id: 'screen:1', name: 'Second', kind: 'screen', thumbnail: '' }];
    const ended = { name: 'TrackEnded', message: 'gone' };
    house.recorder.captureReport({ kind: 'failed', token: first, ...ended });
    await eventually(() => expect(house.platform.token).not.toBe(first));
    expect(house.platform.calls).toContain('openCapture screen:1');
    expect(house.notices).toMatchObject([{ code: 'DisplayGone' }]);
    house.pass(1000);
    await house.recorder.stop();
    expect(await actionsOf(house, id)).toMatchObject([{ type: 'gap', what: 'video' }]);
    const header = JSON.parse(await house.text(id, 'session.json')) as SessionHeader;
    expect(header.video?.segments).toEqual(['video/0001.mp4', 'video/0002.mp4']);
  });

  it.each([
    ['no display is left', 'screen', []],
    ['it recorded a window', 'window', [{ id: 'window:9', name: 'Other', kind: 'window', thumbnail: '' }]],
  ] as const)('stops cleanly when its source goes and %s', async (_why, kind, left) => {
    const house = await recorderHouse();
    const sourceId = `${kind}:0`;
    house.platform.sources = [{ id: sourceId, name: 'It', kind, thumbnail: '' }];
    await house.start({ sourceId });
    const id = house.sessionId();
    house.platform.sources = [...left];
    house.platform.startFailure = { name: 'NotFoundError', message: 'gone' };
    const ended = { name: 'TrackEnded', message: 'gone' };
    house.recorder.captureReport({ kind: 'failed', token: house.platform.token, ...ended });
    await exported(house, id);
    expect(house.recorder.state()).toMatchObject({
      phase: 'idle',
      problem: { code: 'SourceGone', message: expect.stringContaining('not there any more') as unknown },
    });
    expect(await house.text(id, 'video/0001.mp4')).toBe('head of 0001;');
  });
});
