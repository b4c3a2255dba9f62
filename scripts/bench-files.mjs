// npm run bench:files: many files, several clients alternately, medians and ratios.
import { readOptions } from './lib/options.mjs';
import { inRoot, root } from './lib/paths.mjs';
import { prepare } from './lib/prepare.mjs';
import { run } from './lib/run.mjs';

const { values } = readOptions({
  usage: `npm run bench:files -- [--count COUNTxKIB,...] [--runs N] [--place PLACES] [--only "ours 4,rclone 4"]

Uploads folders of many files with several clients in turn and compares them.
PLACES: discard-http, discard-https, local-bucket, ceph.
Prints tables and writes bench/results/files.json.`,
  options: {
    count: { type: 'string', default: '20000x10,2000x1024' },
    runs: { type: 'string', default: '3', isNumber: true },
    place: { type: 'string', default: 'discard-http,local-bucket,ceph' },
    only: { type: 'string' },
  },
});
// The measured command prepares itself; after this preparation that takes only a moment.
const command = 'src/agent/uploadCommand/main.ts';
const { node } = await prepare({ deps: true, sqlite: true, command });
process.exitCode = await run(node, [inRoot('bench', 'files', 'race.mjs'), JSON.stringify(values)], {
  cwd: root,
});
