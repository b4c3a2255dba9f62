import { stat } from 'node:fs/promises';

/** What tells a file or folder from what it was: size and time, or why there is none to be seen. */
export async function fileStamp(file: string): Promise<string> {
  try {
    const { size, mtimeNs } = await stat(file, { bigint: true });
    return `${size}:${mtimeNs}`;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  }
}
