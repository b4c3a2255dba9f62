import path from 'node:path';
import { Conversion, Output, StreamTarget, WEBM, WebMOutputFormat, type StreamTargetChunk } from 'mediabunny';
import { openToRead, replaceFile, type FileHandle } from '../../../lib/guardedFiles';
import { readContent } from '../../sessions/sessionContent';
import type { SessionPaths } from '../../sessions/sessionPaths';
import type { Logger } from '../../../shared/runtime';
import { withMediaInput } from './mediaInput';

/** Matroska's Duration element (ID 0x4489) with a float of 4 or 8 bytes. Source: RFC 9559 §5.1.2.10. */
const DURATION_ELEMENTS = [Buffer.from([0x44, 0x89, 0x84]), Buffer.from([0x44, 0x89, 0x88])];
/** MediaRecorder and mediabunny write the element into the first kilobyte. */
const HEAD_BYTES = 4096;

/**
 * Remuxes WebM segments: MediaRecorder writes neither duration nor cues, so players cannot seek. A copy replaces the
 * original once it is on the disk; an unreadable original stays. Fragmented MP4 does not need this.
 * @throws the signal's reason when aborted
 */
export async function makeSegmentsSeekable(
  paths: SessionPaths,
  log: Logger,
  signal: AbortSignal,
): Promise<void> {
  for (const segment of (await readContent(paths)).segments) {
    const file = path.join(paths.folder, segment);
    if (!segment.endsWith('.webm') || (await hasDuration(file))) continue;
    try {
      await replaceBySeekable(file, signal);
    } catch (error) {
      signal.throwIfAborted();
      log.warn('video left as it was recorded', { segment, error: String(error) });
    }
  }
}

/** Whether a WebM file states its duration. */
export async function hasDuration(file: string): Promise<boolean> {
  const handle = await openToRead(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    const head = buffer.subarray(0, bytesRead);
    return DURATION_ELEMENTS.some((element) => head.includes(element));
  } finally {
    await handle.close();
  }
}

async function replaceBySeekable(file: string, signal: AbortSignal): Promise<void> {
  await withMediaInput(file, [WEBM], (input) =>
    replaceFile(file, async (handle) => {
      const target = new StreamTarget(writableTo(handle), { chunked: true });
      const output = new Output({ format: new WebMOutputFormat(), target });
      const conversion = await Conversion.init({ input, output, showWarnings: false });
      if (!conversion.isValid) throw new Error('no track of it can be copied');
      const cancel = () => void conversion.cancel();
      signal.addEventListener('abort', cancel, { once: true });
      signal.throwIfAborted();
      try {
        await conversion.execute();
      } finally {
        signal.removeEventListener('abort', cancel);
      }
    }),
  );
}

function writableTo(handle: FileHandle): WritableStream<StreamTargetChunk> {
  return new WritableStream({
    async write({ data, position }) {
      for (let done = 0; done < data.length;) {
        const { bytesWritten } = await handle.write(data, done, data.length - done, position + done);
        done += bytesWritten;
      }
    },
  });
}
