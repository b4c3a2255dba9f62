import { CustomSource, Input, type InputFormat } from 'mediabunny';
import { openToRead } from '../../../lib/guardedFiles';

/** Runs `work` with a video file of a session. All reads use one handle, which is closed afterwards. */
export async function withMediaInput<T>(
  file: string,
  formats: InputFormat[],
  work: (input: Input) => Promise<T>,
): Promise<T> {
  const handle = await openToRead(file);
  try {
    const source = new CustomSource({
      getSize: async () => (await handle.stat()).size,
      async read(start, end) {
        const bytes = new Uint8Array(end - start);
        const { bytesRead } = await handle.read(bytes, 0, bytes.length, start);
        if (bytesRead < bytes.length) throw new Error(`the file ends before byte ${end}`);
        return bytes;
      },
      prefetchProfile: 'fileSystem',
      // Reads ahead of time fail after the file is closed, and their results are not needed.
      handleUnhandledError: () => undefined,
    });
    const input = new Input({ source, formats });
    try {
      return await work(input);
    } finally {
      input.dispose();
    }
  } finally {
    await handle.close();
  }
}
