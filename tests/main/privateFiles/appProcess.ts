import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { makeLogger } from '../../../src/main/platform/logger.ts';
import { Host } from '../appHost.ts';

/* Run by privateFiles.test.ts: the app with its log on a data folder. Prints what others may do with what it made. */
const folder = process.argv[2]!;
const { log } = makeLogger(folder);
log.info('started');
const host = new Host(folder);
await host.start({ log });
await host.value('setRecordingSettings', { recordActiveWindow: true, excluded: ['bank'] });
await host.quit();

const open: Record<string, string> = {};
for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
  const file = path.join(entry.parentPath, entry.name);
  open[path.relative(folder, file)] = ((await stat(file)).mode & 0o777).toString(8);
}
process.stdout.write(JSON.stringify(open));
