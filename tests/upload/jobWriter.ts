// Saves states of jobs in bursts until it is killed. Says which burst is on disk.
import { newJobState } from '../../src/upload/queue/queueState';
import { openSqliteJobStore } from '../../src/upload/queue/sqliteJobStore';

const [file, jobs] = [process.argv[2]!, Number(process.argv[3])];
const throwIt = (...what: unknown[]) => {
  throw new Error(what.map(String).join(' '));
};
const context = { clock: { now: () => Date.now() }, onQuarantine: throwIt, onUnreadable: throwIt };
const store = openSqliteJobStore(file, context);
const [known] = await store.readAll(['job-0']);
for (let burst = (known?.bytesUploaded ?? 0) + 1; ; burst += 1) {
  const parts = Array.from({ length: burst % 40 }, (_, at) => ({
    number: at + 1,
    size: 1,
    etag: `"${burst}"`,
  }));
  const multipart = {
    uploadId: 'u',
    partSizeBytes: 1,
    checksumAlgorithm: 'CRC32' as const,
    initiatedAt: 1,
    parts,
  };
  const saves = Array.from({ length: jobs }, (_, job) =>
    store.save({ ...newJobState(`job-${job}`, 1), status: 'uploading', bytesUploaded: burst, multipart }),
  );
  await Promise.all(saves);
  process.stdout.write(`${burst}\n`);
}
