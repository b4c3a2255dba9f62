import { expect, test } from 'vitest';
import { packInWorker, type PackJob } from '../../../../src/main/recorder/bundle/packBundle';
import type { Platform } from '../../../../src/main/platformPort';

type Worker = Parameters<Platform['runWorker']>[1];

/** Threads that end when they are told to. */
function workersOnCall() {
  const begun: { end: () => void }[] = [];
  const runWorker = (_name: string, { onMessage }: Worker) =>
    new Promise<void>((resolve) => {
      const end = () => {
        onMessage({ crc32: 1 });
        resolve();
      };
      begun.push({ end });
    });
  return { begun, pack: packInWorker({ runWorker } as Pick<Platform, 'runWorker'>) };
}

const job = (signal = new AbortController().signal) => ({ signal }) as PackJob;

test('two bundles are packed at a time, and the next once one of them is done', async () => {
  const { begun, pack } = workersOnCall();
  const packing = [pack(job()), pack(job()), pack(job())];
  await new Promise(setImmediate);
  expect(begun).toHaveLength(2);
  begun[0]!.end();
  await packing[0];
  await expect.poll(() => begun).toHaveLength(3);
  for (const { end } of begun) end();
  await Promise.all(packing);
});

test('one that was aborted while it waited is not begun', async () => {
  const { begun, pack } = workersOnCall();
  const others = [pack(job()), pack(job())];
  const abort = new AbortController();
  const waiting = expect(pack(job(abort.signal))).rejects.toThrow('closing');
  abort.abort(new Error('closing'));
  await new Promise(setImmediate);
  for (const { end } of begun) end();
  await waiting;
  await Promise.all(others);
  expect(begun).toHaveLength(2);
});
