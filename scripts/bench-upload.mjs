// npm run bench:upload -- [--size MiB] [--runs N] [--place discard-https,ceph] [--only ours,curl] [--memory]
// One file, several clients in turn, medians and ratios. Prints a table and writes bench/results/upload.json.
import { parseArgs } from 'node:util';
import { inRoot, root } from './lib/paths.mjs';
import { prepare } from './lib/prepare.mjs';
import { run } from './lib/run.mjs';

const { values } = parseArgs({
  options: {
    size: { type: 'string', default: '1024' },
    runs: { type: 'string', default: '5' },
    place: { type: 'string', default: 'discard-https,ceph' },
    only: { type: 'string' },
    memory: { type: 'boolean', default: false },
  },
});
const { node } = await prepare({ deps: true });
process.exitCode = await run(node, [inRoot('bench', 'upload', 'race.mjs'), JSON.stringify(values)], {
  cwd: root,
});
