import { describe, expect, it } from 'vitest';
import { Microphone } from '../../src/capture/microphone';

class Track {
  readyState = 'live';
  stop(): void {
    this.readyState = 'ended';
  }
}

/** A microphone whose system answers as the test says; the test lets the time run out. */
function microphone(request: () => Promise<Track | undefined>) {
  const timers: (() => void)[] = [];
  const asked = request as unknown as () => Promise<MediaStreamTrack | undefined>;
  return { timers, microphone: new Microphone(asked, (run) => void timers.push(run)) };
}

describe('the microphone', () => {
  it('is kept while it lives and asked for again when it ended', async () => {
    const tracks: Track[] = [];
    const { microphone: mic } = microphone(async () => tracks[tracks.push(new Track()) - 1]);
    await mic.open();
    await mic.open();
    expect(tracks).toHaveLength(1);
    tracks[0]!.stop();
    expect(await mic.open()).toEqual({ track: tracks[1] });
    mic.close();
    expect(tracks[1]!.readyState).toBe('ended');
  });

  it('that is missing is a reason, not a failure', async () => {
    const { microphone: mic } = microphone(() => Promise.reject(new DOMException('none', 'NotFoundError')));
    expect(await mic.open()).toEqual({ problem: { name: 'NotFoundError', message: 'none' } });
  });

  it('that never answers does not hold up the picture, and is let go when it answers late', async () => {
    const late = Promise.withResolvers<Track>();
    const { microphone: mic, timers } = microphone(() => late.promise);
    const opened = mic.open();
    for (const run of timers) run();
    expect(await opened).toMatchObject({ problem: { name: 'TimeoutError' } });
    const track = new Track();
    late.resolve(track);
    await late.promise;
    expect(track.readyState).toBe('ended');
  });
});
