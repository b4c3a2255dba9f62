// npm run bench:record -- [--minutes 5] [--size MiB] [--runs N] [--only record|export] [--alone]: the recorder beside
// ffmpeg (or alone, for hours), and an export beside cp and zip. Prints tables and writes bench/results/record.json.
import { parseArgs } from 'node:util';
import { inRoot } from './lib/paths.mjs';
import { prepare } from './lib/prepare.mjs';
import { runTypescript } from './lib/runTypescript.mjs';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '5' },
    size: { type: 'string', default: '1024' },
    runs: { type: 'string', default: '3' },
    only: { type: 'string' },
    alone: { type: 'boolean', default: false },
  },
});
const prepared = await prepare({ deps: true, build: true, runtime: 'installed', system: 'test' });
process.exitCode = await runTypescript(prepared, inRoot('bench', 'record', 'race.mjs'), [
  JSON.stringify(values),
]);
