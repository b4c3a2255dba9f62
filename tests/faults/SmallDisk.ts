import { execFile } from 'node:child_process';
import { mkdtemp, open, rm, statfs } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const exec = promisify(execFile);
const BLOCK = Buffer.alloc(4096, 1);
const SPARED_BYTES = 1024 * 1024;

/** A disk of its own in memory, small enough to be filled. Wants root on Linux. */
export class SmallDisk {
  private constructor(private readonly folder: string) {}

  /** Mounts it over `folder`, whose content is hidden until `unmount`. */
  static async mount(folder: string, sizeBytes: number): Promise<SmallDisk> {
    await exec('mount', ['-t', 'tmpfs', '-o', `size=${sizeBytes}`, 'tmpfs', folder]);
    return new SmallDisk(folder);
  }

  /** Takes nearly all of what there is at once, then writes until not one block more fits. */
  async fill(): Promise<void> {
    const { bavail, bsize } = await statfs(this.folder);
    // Others write meanwhile: of too large a piece nothing is given.
    const piece = bavail * bsize - SPARED_BYTES;
    if (piece > 0) await exec('fallocate', ['-l', String(piece), this.filler]);
    const file = await open(this.filler, 'a');
    try {
      for (;;) await file.write(BLOCK);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    } finally {
      await file.close();
    }
  }

  makeRoom(): Promise<void> {
    return rm(this.filler);
  }

  async unmount(): Promise<void> {
    await exec('umount', [this.folder]);
  }

  /** Outside of what the app looks at. */
  private get filler(): string {
    return path.join(this.folder, 'filler');
  }
}

/** Why no such disk can be had here; undefined where it can. */
export async function whyNoSmallDisk(): Promise<string | undefined> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'it wants root on Linux';
  const folder = await mkdtemp(path.join(os.tmpdir(), 'small-disk-'));
  try {
    await (await SmallDisk.mount(folder, 65_536)).unmount();
    return undefined;
  } catch {
    return 'mounting a disk is not allowed here';
  } finally {
    await rm(folder, { recursive: true });
  }
}
