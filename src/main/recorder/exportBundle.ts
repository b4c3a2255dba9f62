import { open, rename, rm } from 'node:fs/promises';
import type { Manifest, SessionHeader } from '../../shared/session';
import { syncFolder } from '../lib/syncFolder';
import type { SessionPaths } from '../sessions/sessionPaths';
import { createBufferPool, readFileAhead, textAhead, type Chunks } from '../lib/zip/chunks';
import { createFileSink } from '../lib/zip/fileSink';
import { createStoredZip, type StoredZip } from '../lib/zip/storedZip';
import { bundleEntries, totalSize, type BundleEntry } from './bundleEntries';
import { reportPage } from './reportPage';

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
  const target = await open(file, 'w', 0o600);
  const sink = createFileSink(target);
  try {
    const zip = createStoredZip(sink, new Date(input.header.createdAt));
    const files = await addEntries(zip, entries, input);
    files.push(await zip.add('report.html', textAhead(reportPage(input.paths, input.header))));
    const manifest: Manifest = { version: 1, sessionId: input.header.sessionId, files };
    await zip.add('manifest.json', textAhead([`${JSON.stringify(manifest, null, 2)}\n`]));
    await zip.finish();
    await target.sync();
  } finally {
    // What went wrong is being thrown; this only waits for the file to be free.
    await sink.settled().catch(() => {});
    await target.close();
  }
}

/** Reads the next file while one is written: small ones would else cost a wait for the disk each. */
async function addEntries(
  zip: StoredZip,
  entries: BundleEntry[],
  { signal, onProgress }: ExportInput,
): Promise<Manifest['files']> {
  const pool = createBufferPool();
  const count = progressCounter(totalSize(entries), onProgress);
  const files: Manifest['files'] = [];
  const begin = (index: number) => {
    const entry = entries[index];
    return (
      entry && { ...entry, chunks: counting(readFileAhead(entry.file, entry.size, pool), signal, count) }
    );
  };
  let current = begin(0);
  let coming: typeof current;
  try {
    for (let index = 1; current; index++) {
      coming = begin(index);
      files.push(await zip.add(current.name, current.chunks, current.size));
      await current.chunks.close();
      current = coming;
    }
  } finally {
    await current?.chunks.close();
    await coming?.chunks.close();
  }
  return files;
}

/** The same chunks; each is counted, and none comes after the abort. */
function counting(chunks: Chunks, signal: AbortSignal, count: (bytes: number) => void): Chunks {
  return {
    ...chunks,
    async next() {
      signal.throwIfAborted();
      const chunk = await chunks.next();
      if (chunk) count(chunk.bytes.length);
      return chunk;
    },
  };
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
