// npm run bench:upload: one file, several clients alternately, medians and ratios.
import { readOptions } from './lib/options.mjs';
import { inRoot, root } from './lib/paths.mjs';
import { prepare } from './lib/prepare.mjs';
import { run } from './lib/run.mjs';

const { values } = readOptions({
  usage: `npm run bench:upload -- [--size MIB] [--runs N] [--place discard-https,ceph] [--only ours,curl] [--memory]

Uploads one file with several clients in turn and compares them (with --memory by what they hold).
Prints a table and writes bench/results/upload.json.`,
  options: {
    size: { type: 'string', default: '1024', isNumber: true },
    runs: { type: 'string', default: '5', isNumber: true },
    place: { type: 'string', default: 'discard-https,ceph' },
    only: { type: 'string' },
    memory: { type: 'boolean', default: false },
  },
});
const { node } = await prepare({ deps: true });
process.exitCode = await run(node, [inRoot('bench', 'upload', 'race.mjs'), JSON.stringify(values)], {
  cwd: root,
});
