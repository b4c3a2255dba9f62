import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { eventually } from '../../eventually';
import { signInStamp } from '../../../src/upload/objectStore/s3/profiles/signInStamp';
import { NO_PROFILE, SignInWatch } from '../../../src/main/upload/signInWatch';
import { newUploadState } from '../../../src/main/upload/sessionStates';
import type { UploadState } from '../../../src/shared/upload';
import { FakeClock } from '../../fakes/FakeClock';
import { makeTempDir, quietLog, SESSION } from './support';

function watched(code: string, stamp = 'before') {
  const clock = new FakeClock();
  const error = { code, message: 'm', action: 'a' };
  const failed: UploadState = { ...newUploadState(SESSION, 0), status: 'failed', error };
  let tell: () => void = () => undefined;
  const world = { stamp, retried: 0, looks: 0, status: failed.status, tell: () => tell() };
  const watch = new SignInWatch({
    queue: {
      subscribe: (listener) => {
        tell = () => listener({ sessionId: SESSION, from: 'uploading', to: 'failed' });
        return () => true;
      },
      snapshot: () => [{ ...failed, status: world.status }],
      retry: async () => void (world.retried += 1),
    },
    signInStamp: async () => {
      world.looks += 1;
      return world.stamp;
    },
    ...{ clock, log: quietLog },
  });
  tell();
  return { world, clock, watch };
}

test('an upload that failed for want of a sign-in is retried once for each change of it', async () => {
  const { world, clock, watch } = watched('SsoSessionExpired');
  const lookAgain = async () => {
    await eventually(() => expect(clock.untilNextTimer()).not.toBeNull());
    const { looks } = world;
    clock.advance(5000);
    await eventually(() => expect(world.looks).toBe(looks + 1));
    await eventually(() => expect(clock.untilNextTimer()).not.toBeNull());
  };
  await lookAgain();
  expect(world.retried).toBe(0);
  world.stamp = 'after';
  await lookAgain();
  expect(world.retried).toBe(1);
  await lookAgain();
  expect(world.retried).toBe(1);
  watch.close();
  expect(clock.untilNextTimer()).toBeNull();
});

test('while the settings name no profile nothing is tried, nor when they come to name one', async () => {
  const { world, clock } = watched('SignatureDoesNotMatch', NO_PROFILE);
  for (const stamp of [NO_PROFILE, 'a profile', 'mended']) {
    world.stamp = stamp;
    await eventually(() => expect(clock.untilNextTimer()).not.toBeNull());
    const { looks } = world;
    clock.advance(5000);
    await eventually(() => expect(world.looks).toBe(looks + 1));
    await eventually(() => expect(clock.untilNextTimer()).not.toBeNull());
    expect(world.retried, stamp).toBe(stamp === 'mended' ? 1 : 0);
  }
});

test('a sign-in that comes while an upload is retried for an earlier change is not missed', async () => {
  const { world, clock, watch } = watched('SsoSessionExpired');
  world.stamp = 'the sign-in has begun';
  await eventually(() => expect(clock.untilNextTimer()).not.toBeNull());
  clock.advance(5000);
  await eventually(() => expect(world.retried).toBe(1));
  world.status = 'uploading';
  world.tell();
  world.stamp = 'signed in';
  world.status = 'failed';
  world.tell();
  await eventually(() => expect(clock.untilNextTimer()).not.toBeNull());
  clock.advance(5000);
  await eventually(() => expect(world.retried).toBe(2));
  watch.close();
});

test('what no sign-in can mend is left alone', () => {
  const { clock, world } = watched('AccessDenied');
  expect(clock.untilNextTimer()).toBeNull();
  expect(world.looks).toBe(0);
});

test('a sign-in shows in the files that AWS’s tools keep it in', async () => {
  const home = await makeTempDir();
  const env = { HOME: home };
  const before = await signInStamp(env);
  expect(await signInStamp(env)).toBe(before);
  await mkdir(path.join(home, '.aws/sso/cache'), { recursive: true });
  await writeFile(path.join(home, '.aws/sso/cache/token.json'), '{}');
  const signedIn = await signInStamp(env);
  expect(signedIn).not.toBe(before);
  await writeFile(path.join(home, '.aws/config'), '[default]');
  expect(await signInStamp(env)).not.toBe(signedIn);
});
