import { readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { expect } from 'vitest';
import { presignGet } from '../../../src/upload/objectStore/s3/presignedLink';
import type { UploadConfig, DownloadLink } from '../../../src/shared/upload';
import { makeDownloadLink } from '../../../src/main/upload/downloadLink';
import type { Run } from '../Run';
import type { Scenario } from '../scenario';

const HOUR_SECONDS = 3600;
/** Enough for one small download on a machine that has much to do. */
const SOON_MS = 8000;

/** What becomes of links to an uploaded bundle. The servers judge by the real time, so it passes here. */
export const linkScenarios: Scenario[] = [
  {
    name: 'a download link ends',
    short: true,
    sizeBytes: 300 * 1024,
    charged: 0,
    steps: async (run) => {
      await run.upload();
      await run.until('done');
      await expect.poll(() => readFile(run.stateFile, 'utf8'), { timeout: 10_000 }).toContain('"done"');
      // As made almost an hour ago: the shortest link that the app makes ends in a few seconds.
      const link = await linkMadeAt(run, Date.now() - HOUR_SECONDS * 1000 + SOON_MS);
      expect(await follow(link), 'before its end').toEqual({ status: 200, isBundle: true });
      const before = await whatStands(run);
      await wait(Math.max(0, link.expiresAt - Date.now()));
      // The moment itself may count as within, to the second in which the signature tells the time.
      await expect.poll(() => follow(link), { timeout: 20_000 }).toEqual({ status: 403, isBundle: false });
      expect(await whatStands(run), 'what the refusal left').toEqual(before);
      const another = await linkMadeAt(run, Date.now());
      expect(await follow(another), 'a new link').toEqual({ status: 200, isBundle: true });

      async function follow({ url }: DownloadLink) {
        const reply = await fetch(url);
        const body = Buffer.from(await reply.arrayBuffer());
        return { status: reply.status, isBundle: body.equals(await readFile(run.bundle)) };
      }
    },
  },
];

/** A link as the app makes it, its clock showing that time. Epoch milliseconds. */
function linkMadeAt({ state, config }: Run, nowMs: number): Promise<DownloadLink> {
  return makeDownloadLink(state, HOUR_SECONDS, {
    config: { requireWithSecret: async () => config },
    presign: ({ accessKeyId, secretAccessKey, ...place }: UploadConfig, key, life) =>
      presignGet({ ...place, credentials: { accessKeyId, secretAccessKey } }, key, life),
    clock: { now: () => nowMs },
  });
}

/** Everything a link must not touch: the object, the queue, the state on disk. */
async function whatStands({ eye, key, engine, stateFile }: Run) {
  return {
    object: await eye.sha256(key),
    keys: await eye.keys(),
    queue: engine.queue.snapshot(),
    onDisk: await readFile(stateFile, 'utf8'),
  };
}
