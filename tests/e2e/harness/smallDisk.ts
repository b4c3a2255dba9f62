import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { test } from '@playwright/test';
import { SmallDisk, whyNoSmallDisk } from '../../faults/SmallDisk';

/** Puts the sessions of an app on a disk of so many bytes; the test is left out, with the reason, where none can be made. */
export async function mountSessionsDisk(userDataDir: string, bytes: number): Promise<SmallDisk> {
  const whyNot = await whyNoSmallDisk();
  test.skip(whyNot !== undefined, `left out: ${whyNot}`);
  const sessions = path.join(userDataDir, 'sessions');
  await mkdir(sessions);
  return SmallDisk.mount(sessions, bytes);
}
