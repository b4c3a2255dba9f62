import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import yauzl from 'yauzl';
import { manifestSchema, type Manifest } from '../../shared/session';
import { fileExists, openToRead, type FileHandle } from '../../lib/guardedFiles';

/** Enough for some hundred thousand files. */
const MAX_MANIFEST_BYTES = 16 * 1024 * 1024;

/**
 * The manifest of a bundle; null if there is no bundle.
 * @throws the error that keeps the zip or its manifest from being read
 */
export async function readManifest(bundle: string): Promise<Manifest | null> {
  if (!(await fileExists(bundle))) return null;
  const handle = await openToRead(bundle);
  try {
    const { size } = await handle.stat();
    const zip = await yauzl.fromRandomAccessReaderPromise(new HandleReader(handle), size, {
      autoClose: false,
    });
    for await (const entry of zip.eachEntry()) {
      if (entry.fileName !== 'manifest.json') continue;
      // yauzl rejects an entry that unpacks to another size.
      if (entry.uncompressedSize > MAX_MANIFEST_BYTES)
        throw new RangeError(`the manifest has ${entry.uncompressedSize} bytes`);
      return manifestSchema.parse(JSON.parse(await text(await zip.openReadStreamPromise(entry))));
    }
    throw new Error('the zip holds no manifest');
  } finally {
    await handle.close();
  }
}

class HandleReader extends yauzl.RandomAccessReader {
  constructor(private readonly handle: FileHandle) {
    super();
  }

  // The handle's own stream would close the handle when it is destroyed.
  override _readStreamForRange(start: number, end: number): Readable {
    return Readable.from(pieces(this.handle, start, end), { objectMode: false });
  }
}

async function* pieces(handle: FileHandle, start: number, end: number): AsyncGenerator<Buffer> {
  for (let at = start; at < end;) {
    const buffer = Buffer.allocUnsafe(Math.min(64 * 1024, end - at));
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, at);
    if (bytesRead === 0) return;
    at += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

/** A digest of a bundle's contents: the SHA-256 of its manifest, in hex. */
export function digestOf(manifest: Manifest | null): string {
  return createHash('sha256').update(JSON.stringify(manifest)).digest('hex');
}
