import { promisify } from 'node:util';
import { ifSupported, ifSupportedSync } from '../../../lib/fileSystemLimits';
import { closeSync, fdatasync, fsyncSync, openNewSync, replaceByTemporary } from '../../../lib/guardedFiles';
import { Semaphore } from '../../../lib/concurrency';
import { createWriteBack } from '../../../lib/writeBack';
import { CHUNK_BYTES, readChunks, textChunks } from '../../../lib/zip/chunks';
import { createFileSink } from '../../../lib/zip/fileSink';
import { createStoredZip } from '../../../lib/zip/storedZip';
import type { Manifest, SessionHeader } from '../../../shared/session';
import type { Platform } from '../../platformPort';
import type { SessionPaths } from '../../sessions/sessionPaths';
import { bundleEntries, totalSize } from './bundleEntries';
import { reportPage } from './report/reportPage';

export type PackJob = {
  paths: SessionPaths;
  header: SessionHeader;
  signal: AbortSignal;
  /** Called with 0–100, at most once for each whole number. */
  onProgress: (percent: number) => void;
};

/**
 * Writes `paths.partialBundle`, the manifest last. Resolves when it is complete and synced; settles only after all
 * files are closed.
 * @returns the CRC-32 of the whole file
 * @throws the system's error; the signal's reason when aborted
 */
export type PackBundle = (job: PackJob) => Promise<number>;

/**
 * Blocks this thread: it reads and writes synchronously, because passing every small file to the thread pool takes
 * longer than copying it.
 */
export async function packBundle(
  { paths, header, signal, onProgress }: PackJob,
  { flush = promisify(fdatasync), pieceBytes }: Disk = {},
): Promise<number> {
  const entries = await bundleEntries(paths);
  const count = progressCounter(totalSize(entries), onProgress);
  const buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  const target = openNewSync(paths.partialBundle);
  const writeBack = createWriteBack(async () => {
    await ifSupported('sync', () => flush(target));
  }, pieceBytes);
  try {
    const zip = createStoredZip(createFileSink(target), new Date(header.createdAt));
    const files: Manifest['files'] = [];
    for (const { name, file, size } of entries) {
      const chunks = writeBack.paced(counted(readChunks(file, size, buffer), signal, count));
      files.push(await zip.add(name, chunks, size));
    }
    files.push(await zip.add('report.html', textChunks(reportPage(paths, header))));
    const manifest: Manifest = { version: 1, sessionId: header.sessionId, files };
    await zip.add('manifest.json', textChunks([`${JSON.stringify(manifest, null, 2)}\n`]));
    const crc32 = zip.finish();
    await writeBack.settled();
    ifSupportedSync('sync', () => fsyncSync(target));
    return crc32;
  } finally {
    // Close only after the last write. The error that ended the export is thrown already.
    await writeBack.settled().catch(() => undefined);
    closeSync(target);
  }
}

/** How to flush, and how often. Defaults: those of `createWriteBack`. */
type Disk = { flush?: (fd: number) => Promise<void>; pieceBytes?: number };

/** Progress, and at the end the CRC-32. A thread that ends without a CRC-32 has failed. */
export type BundleWorkerMessage = { percent: number } | { crc32: number };

/** Each one keeps the disk busy, and its flushes occupy one of the few threads of this process's pool. */
const PACKS_AT_ONCE = 2;

/** Packs in a thread (`bundleWorker.ts`), so that windows, recordings and uploads do not wait. A third export waits. */
export function packInWorker({ runWorker }: Pick<Platform, 'runWorker'>): PackBundle {
  const semaphore = new Semaphore(PACKS_AT_ONCE);
  const pack: PackBundle = async ({ paths, header, signal, onProgress }) => {
    signal.throwIfAborted();
    let crc32: number | undefined;
    await runWorker('bundleWorker', {
      data: { paths, header },
      signal,
      onMessage: (said) => {
        const message = said as BundleWorkerMessage;
        if ('crc32' in message) crc32 = message.crc32;
        else onProgress(message.percent);
      },
    });
    if (crc32 === undefined) throw new Error('The thread that packs the bundle ended before it was done.');
    return crc32;
  };
  return (job) => semaphore.run(() => pack(job));
}

/** Yields the same chunks and counts them; throws after an abort. */
function* counted(
  chunks: Iterable<Uint8Array>,
  signal: AbortSignal,
  count: (bytes: number) => void,
): Generator<Uint8Array> {
  for (const chunk of chunks) {
    signal.throwIfAborted();
    yield chunk;
    count(chunk.length);
  }
}

function progressCounter(totalBytes: number, onProgress: (percent: number) => void) {
  let written = 0;
  let told = -1;
  return (bytes: number) => {
    written += bytes;
    const percent = Math.min(100, Math.floor((written / Math.max(1, totalBytes)) * 100));
    if (percent === told) return;
    told = percent;
    onProgress(percent);
  };
}

export type ExportParts = PackJob & {
  pack: PackBundle;
  /** Awaited before the new bundle replaces an earlier one. */
  beforeReplace: () => Promise<void>;
};

/**
 * Writes a session's bundle under a temporary name and renames it when it is complete and synced. A failure leaves an
 * earlier bundle untouched.
 * @returns the CRC-32 of the bundle
 * @throws the system's error; the signal's reason when aborted
 */
export async function exportBundle({ pack, beforeReplace, ...job }: ExportParts): Promise<number> {
  const { paths } = job;
  return replaceByTemporary(paths.bundle, async (partialBundle) => {
    const crc32 = await pack({ ...job, paths: { ...paths, partialBundle } });
    await beforeReplace();
    return crc32;
  });
}
