import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { createS3ObjectStore } from '../../../../src/upload/objectStore/s3/S3ObjectStore';
import { newJobState } from '../../../../src/upload/queue/queueState';
import { sessionTarget } from '../../../../src/main/upload/sessionTarget';
import { UploadService } from '../../../../src/main/uploadService';
import { systemClock } from '../../../../src/lib/systemClock';
import { systemRandom } from '../../../../src/lib/systemRandom';
import type { UploadConfig } from '../../../../src/shared/upload';

/* Run by twoPrograms.test.ts: uploads one bundle. Says `waiting` before its second part, and goes on at the next line. */
type Program = { config: UploadConfig; bundleFile: string; sessionId: string };
const { config, bundleFile, sessionId } = JSON.parse(process.argv[2]!) as Program;
const say = (word: string) => process.stdout.write(`${word}\n`);
const orders = createInterface({ input: process.stdin });
const mayGoOn = once(orders, 'line');

const service = new UploadService({
  createStore: ({ accessKeyId, secretAccessKey, ...rest }) => {
    const credentials = { accessKeyId, secretAccessKey };
    const store = createS3ObjectStore({ ...rest, credentials, now: () => Date.now() });
    return {
      ...store,
      async uploadPart(input) {
        if (input.number === 2) {
          say('waiting');
          await mayGoOn;
        }
        say(`part ${input.number}`);
        return store.uploadPart(input);
      },
    };
  },
  capabilities: {
    recall: async () => ({
      checksumAlgorithm: 'CRC32',
      conditionalWrites: true,
      conditionalReplaces: true,
    }),
    remember: async () => undefined,
  },
  clock: systemClock,
  random: systemRandom,
  log: { info: () => undefined, warn: () => undefined, error: () => undefined },
});
try {
  await service.uploadFile({
    jobId: sessionId,
    source: bundleFile,
    target: sessionTarget(config, sessionId, bundleFile),
    state: newJobState(sessionId, Date.now()),
    config,
    signal: new AbortController().signal,
    save: async () => undefined,
  });
  say('done');
} catch (error) {
  say(`failed ${String(error)}`);
}
orders.close();
