import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { rename, rm, statfs } from 'node:fs/promises';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import { AppFailure } from '../../shared/appError';
import type { Manifest, SessionHeader } from '../../shared/session';
import { syncFolder } from '../sessions/actionsFile';
import type { SessionPaths } from '../sessions/sessionPaths';
import { bundleEntries, type BundleEntry } from './bundleEntries';
import { reportPage } from './reportPage';

/** Room wanted beside the bundle itself. */
const RESERVE_BYTES = 64 * 1024 * 1024;
const ZIP64_FROM_BYTES = 0xffffffff;

export type ExportInput = {
  paths: SessionPaths;
  header: SessionHeader;
  signal: AbortSignal;
  /** 0–100, each whole number at most once. */
  onProgress: (percent: number) => void;
  /** Awaited before an earlier bundle is replaced. */
  beforeReplace: () => Promise<void>;
};

/** Where an export writes until its bundle is whole. */
export function partialBundle(paths: SessionPaths): string {
  return `${paths.bundle}.partial`;
}

/**
 * Writes a session's bundle: a zip of stored entries, streamed, the manifest last. It appears under its name only
 * when it is whole and on the disk; whatever happens before leaves an earlier bundle untouched and no half one.
 * @throws AppFailure `ENOSPC` when there is no room for it; the signal's reason when aborted
 */
export async function exportBundle(input: ExportInput): Promise<void> {
  const { paths, signal } = input;
  const temporary = partialBundle(paths);
  await rm(temporary, { force: true });
  const entries = await bundleEntries(paths);
  await checkRoom(paths.folder, totalSize(entries));
  try {
    const zip = makeZip(entries, input);
    // yazl's own stream is an old-style one; its errors come by event.
    const failed = new Promise<never>((_, reject) => zip.on('error', reject));
    const target = createWriteStream(temporary, { mode: 0o600, flush: true });
    await Promise.race([pipeline(zip.outputStream, target, { signal }), failed]);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await input.beforeReplace();
  await rename(temporary, paths.bundle);
  await syncFolder(paths.folder);
}

function makeZip(entries: BundleEntry[], { paths, header, onProgress }: ExportInput): ZipFile {
  const zip = new ZipFile();
  const manifest: Manifest = { version: 1, sessionId: header.sessionId, files: [] };
  const count = progressCounter(totalSize(entries), onProgress);
  const add = (name: string, open: () => Readable, size?: number) =>
    zip.addReadStreamLazy(
      name,
      {
        compress: false,
        mtime: new Date(header.createdAt),
        forceZip64Format: (size ?? 0) >= ZIP64_FROM_BYTES,
      },
      (done) => {
        const source = open();
        const noted = noting(name, manifest, count);
        source.on('error', (error) => noted.destroy(error));
        noted.on('error', (error) => zip.emit('error', error));
        done(null, source.pipe(noted));
      },
    );
  for (const { name, file, size } of entries) add(name, () => createReadStream(file), size);
  add('report.html', () => Readable.from(reportPage(paths, header)));
  // Opened only after everything before it was read, so that it knows every checksum.
  zip.addReadStreamLazy('manifest.json', { compress: false, mtime: new Date(header.createdAt) }, (done) =>
    done(null, Readable.from([`${JSON.stringify(manifest, null, 2)}\n`])),
  );
  zip.end();
  return zip;
}

/** Passes bytes on and notes their size and checksum in the manifest once they ended. */
function noting(name: string, manifest: Manifest, count: (bytes: number) => void): Transform {
  const hash = createHash('sha256');
  let size = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      size += chunk.length;
      count(chunk.length);
      done(null, chunk);
    },
    flush(done) {
      manifest.files.push({ path: name, size, sha256: hash.digest('hex') });
      done();
    },
  });
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

function totalSize(entries: BundleEntry[]): number {
  return entries.reduce((sum, { size }) => sum + size, 0);
}

async function checkRoom(folder: string, neededBytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize >= neededBytes + RESERVE_BYTES) return;
  throw new AppFailure({
    code: 'ENOSPC',
    message: 'There is not enough room on the disk for the bundle.',
    action: `Free ${Math.ceil((neededBytes + RESERVE_BYTES - bavail * bsize) / 1024 / 1024)} MB and export again.`,
    details: `${neededBytes} bytes needed, ${bavail * bsize} free`,
  });
}
