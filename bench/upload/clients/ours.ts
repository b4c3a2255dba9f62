// Uploads one file with the app's own queue, service and durable state, and prints the cost as one line of JSON.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { writeJsonFile } from '../../../src/lib/jsonFile';
import { systemClock } from '../../../src/lib/systemClock';
import { systemRandom } from '../../../src/lib/systemRandom';
import { createS3ObjectStore } from '../../../src/upload/objectStore/s3/S3ObjectStore';
import { createCapabilityMemory } from '../../../src/upload/destination/capabilityMemory';
import { ProgressBroadcast } from '../../../src/main/upload/progressBroadcast';
import { UploadQueue } from '../../../src/main/uploadQueue';
import { UploadService } from '../../../src/main/uploadService';
import { createUploadStateStore, type UploadStateStore } from '../../../src/main/uploadStateStore';
import { DEFAULT_MAX_RETRIES, type UploadConfig } from '../../../src/shared/upload';
import { makeSessionId } from '../../../src/shared/ids';
import type { Logger } from '../../../src/shared/runtime';

/** The one argument, as JSON. */
type Job = {
  file: string;
  destination: Pick<UploadConfig, 'endpoint' | 'region' | 'bucket' | 'accessKeyId' | 'secretAccessKey'>;
  partSizeBytes: number;
  caFile?: string;
  /** `none`: keeps neither progress nor state, to measure their cost. */
  bookkeeping: 'full' | 'none';
  /** How many uploads, one after the other. */
  times: number;
};

const job = JSON.parse(process.argv[2]!) as Job;
const dir = mkdtempSync(path.join(os.tmpdir(), 'bench-ours-'));
const log: Logger = { info: () => {}, warn: (...said) => console.error(...said), error: console.error };
const config: UploadConfig = {
  ...job.destination,
  keyPrefix: 'bench/',
  forcePathStyle: true,
  maxRetries: DEFAULT_MAX_RETRIES,
  partSizeBytes: job.partSizeBytes,
};
const jsonFiles = { clock: systemClock, onQuarantine: () => {}, onNewer: () => {} };

const service = new UploadService({
  createStore: ({ accessKeyId, secretAccessKey, ...rest }) =>
    createS3ObjectStore({
      ...rest,
      credentials: { accessKeyId, secretAccessKey },
      ca: job.caFile && readFileSync(job.caFile, 'utf8'),
      now: () => Date.now(),
    }),
  capabilities: createCapabilityMemory(path.join(dir, 'capabilities.json'), jsonFiles),
  clock: systemClock,
  random: systemRandom,
  log,
});

function durableStates(): UploadStateStore {
  const uploadStateFile = (id: string) => path.join(dir, `${id}.json`);
  return createUploadStateStore({
    sessions: { ids: async () => [], uploadStateFile },
    onUnreadable: () => {},
    ...jsonFiles,
  });
}

const noStates: UploadStateStore = {
  open: async () => undefined,
  readUploadState: async () => null,
  writeUploadState: async () => {},
  scanAllUploadStates: async () => [],
};

const states = job.bookkeeping === 'full' ? durableStates() : noStates;
const queue = new UploadQueue({
  states,
  service,
  loadConfig: async () => config,
  bundleFile: () => job.file,
  clock: systemClock,
  log,
});

async function upload(sessionId: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const unsubscribe = queue.subscribe(({ to }) => {
      if (job.bookkeeping === 'full') progress.progressed(sessionId);
      if (to === 'done') resolve(unsubscribe());
      const { error } = queue.find(sessionId)!.state;
      if (to === 'failed') reject(new Error(JSON.stringify(error)));
    });
    queue.enqueue(sessionId).catch(reject);
  });
}

let broadcasts = 0;
const progress = new ProgressBroadcast(
  systemClock,
  { broadcast: () => (broadcasts += 1) },
  (id) => queue.find(id)?.payload,
);

// The state that every later upload starts with: the destination is known and its connection tested.
const verdict = await service.validateCredentials(config);
if (!verdict.valid) throw new Error(JSON.stringify(verdict.error));
await writeJsonFile(path.join(dir, 'warm-up.json'), {});
await queue.settingsChanged('ready', config.maxRetries);

const before = { rss: process.memoryUsage.rss(), cpu: process.cpuUsage(), at: performance.now() };
for (let time = 0; time < job.times; time++) await upload(makeSessionId(Date.now(), systemRandom.hex(4)));
const cpu = process.cpuUsage(before.cpu);
const wallMs = performance.now() - before.at;
progress.close();
await queue.close();
rmSync(dir, { recursive: true });

console.log(
  JSON.stringify({
    wallMs,
    cpuMs: (cpu.user + cpu.system) / 1000,
    rssGrowthBytes: process.resourceUsage().maxRSS * 1024 - before.rss,
    broadcasts,
  }),
);
process.exit(0);
