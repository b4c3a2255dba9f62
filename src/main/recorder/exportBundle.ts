import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import type { Manifest, SessionHeader } from '../../shared/session';
import { syncFolder } from '../lib/syncFolder';
import type { SessionPaths } from '../sessions/sessionPaths';
import { bundleEntries, totalSize, type BundleEntry } from './bundleEntries';
import { reportPage } from './reportPage';

/** Large enough that reading, hashing and writing cost more than their calls do. */
const READ_BYTES = 256 * 1024;
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

/**
 * Writes a session's bundle: a zip of stored entries, streamed, the manifest last. It appears under its name only
 * when it is whole and on the disk; whatever happens before leaves an earlier bundle untouched and no half one.
 * @throws the system's error where the disk refuses; the signal's reason when aborted
 */
export async function exportBundle(input: ExportInput): Promise<void> {
  const { paths } = input;
  const temporary = paths.partialBundle;
  await rm(temporary, { force: true });
  const entries = await bundleEntries(paths);
  try {
    await writeZip(temporary, entries, input);
    await input.beforeReplace();
    await rename(temporary, paths.bundle);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(paths.folder);
}

/** Settles only when neither the zip nor any file that goes into it is open any more. */
async function writeZip(file: string, entries: BundleEntry[], input: ExportInput): Promise<void> {
  const broken = new AbortController();
  const opened: Readable[] = [];
  const target = await open(file, 'w', 0o600);
  try {
    const zip = makeZip(entries, input, opened);
    // yazl's own stream is an old-style one; its errors come by event, and its output then never ends.
    zip.on('error', (error) => broken.abort(error));
    const signal = AbortSignal.any([input.signal, broken.signal]);
    await pipeline(zip.outputStream, target.createWriteStream({ flush: true }), { signal });
  } catch (error) {
    throw broken.signal.aborted ? broken.signal.reason : error;
  } finally {
    for (const source of opened) source.destroy();
    await target.close();
  }
}

/** @param opened gets what is being read at the moment */
function makeZip(
  entries: BundleEntry[],
  { paths, header, onProgress }: ExportInput,
  opened: Readable[],
): ZipFile {
  const zip = new ZipFile();
  const manifest: Manifest = { version: 1, sessionId: header.sessionId, files: [] };
  const count = progressCounter(totalSize(entries), onProgress);
  const add = (name: string, make: () => Readable, size?: number) =>
    zip.addReadStreamLazy(
      name,
      {
        compress: false,
        mtime: new Date(header.createdAt),
        forceZip64Format: (size ?? 0) >= ZIP64_FROM_BYTES,
      },
      (done) => {
        const source = make();
        opened.splice(0, opened.length, source);
        const noted = noting(name, manifest, count);
        source.on('error', (error) => noted.destroy(error));
        noted.on('error', (error) => zip.emit('error', error));
        done(null, source.pipe(noted));
      },
    );
  for (const { name, file, size } of entries)
    add(name, () => createReadStream(file, { highWaterMark: READ_BYTES }), size);
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
