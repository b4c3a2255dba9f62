import type { BigIntStats } from 'node:fs';
import { statsOfAny } from '../../lib/guardedFiles';

/** Changes with the file or folder, be its modification time put back: size, mtime and ctime, or the code of the error. */
export async function fileStamp(file: string): Promise<string> {
  try {
    return stampOf(await statsOfAny(file));
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  }
}

export function stampOf({ size, mtimeNs, ctimeNs }: BigIntStats): string {
  return `${size}:${mtimeNs}:${ctimeNs}`;
}
