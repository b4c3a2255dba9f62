import { expect, test } from 'vitest';
import { ByteCounter } from '../../../src/upload/transfer/byteCounter';
import { LiveProgress } from '../../../src/upload/queue/liveProgress';
import { progressPayload } from '../../../src/main/upload/progressPayload';
import { newUploadState, toJob } from '../../../src/main/upload/sessionStates';
import type { UploadState } from '../../../src/shared/upload';
import { FakeClock } from '../../fakes/FakeClock';
import { MIB, SESSION } from './support';

/** An upload that runs, on a server that says nothing by itself. */
function running(changes: Partial<UploadState> = {}) {
  const clock = new FakeClock();
  const live = new LiveProgress(clock);
  const state: UploadState = {
    ...newUploadState(SESSION, clock.now()),
    ...{
      status: 'uploading',
      totalBytes: 100 * MIB,
      endpoint: 'https://s3.example.com:9000',
      key: 'a/b.zip',
    },
    ...changes,
  };
  live.begin(SESSION);
  const bytes = new ByteCounter(state.generation, (progress) => live.add(SESSION, progress));
  const awaits = () => progressPayload(state, live.view(toJob(state))).awaits;
  return {
    ...{ clock, bytes, awaits, payload: () => progressPayload(state, live.view(toJob(state))) },
    isSilent: () => awaits()!.afterMs <= clock.now(),
  };
}

test('a server that says nothing from the start is named after eight seconds', () => {
  const { clock, isSilent, awaits } = running();
  expect(awaits()?.from).toBe('s3.example.com:9000');
  clock.advance(7999);
  expect(isSilent()).toBe(false);
  clock.advance(1);
  expect(isSilent()).toBe(true);
});

test('one that is still being asked what it can do has no name on record, and is told of all the same', () => {
  const { clock, isSilent, awaits } = running({ key: undefined, endpoint: undefined });
  expect(awaits()?.from).toBe('the server');
  clock.advance(8000);
  expect(isSilent()).toBe(true);
});

test('the next byte ends it, and what is acknowledged counts as one', () => {
  const { clock, bytes, isSilent } = running();
  bytes.startAt(0);
  clock.advance(10_000);
  expect(isSilent()).toBe(true);
  bytes.sent(1, 1);
  expect(isSilent()).toBe(false);
  clock.advance(30_000);
  expect(isSilent()).toBe(true);
  bytes.acknowledge(1, 1);
  expect(isSilent()).toBe(false);
});

test('a slow link that takes bytes in gusts is not called silent between them', () => {
  const { clock, bytes, isSilent } = running();
  bytes.startAt(0);
  for (const lullMs of [7000, 12_000, 11_000, 12_000, 9000]) {
    for (let waitedMs = 0; waitedMs < lullMs; waitedMs += 500) {
      clock.advance(500);
      expect(isSilent()).toBe(false);
    }
    bytes.sent(1, 16_384);
  }
  clock.advance(24_000);
  expect(isSilent()).toBe(true);
});

test('nobody is waited for by one that does not run, and Amazon by one without an endpoint', () => {
  expect(running({ status: 'pending' }).awaits()).toBeUndefined();
  expect(running({ endpoint: undefined }).awaits()?.from).toBe('Amazon S3');
});

test('while the file is compared with what was sent, no server is waited for', () => {
  const { clock, bytes, payload, isSilent } = running();
  bytes.compared(25 * MIB, 100 * MIB);
  clock.advance(60_000);
  expect(payload()).toMatchObject({ comparedPercent: 25, awaits: undefined });
  bytes.startAt(50 * MIB);
  expect(payload().comparedPercent).toBeUndefined();
  clock.advance(7999);
  expect(isSilent()).toBe(false);
});
