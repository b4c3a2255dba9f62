import type { BigIntStats } from 'node:fs';
import { statsOfAny } from '../../lib/guardedFiles';

/**
 * Changes with the file or folder, even if its modification time is reset: size, mtime and ctime, or the error code.
 */
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
