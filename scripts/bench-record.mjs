// npm run bench:record: the recorder compared with ffmpeg (or alone, for hours), and an export with cp and zip.
import { readOptions } from './lib/options.mjs';
import { inRoot } from './lib/paths.mjs';
import { prepare } from './lib/prepare.mjs';
import { runTypescript } from './lib/runTypescript.mjs';

const { values } = readOptions({
  usage: `npm run bench:record -- [--minutes 5] [--size MIB] [--runs N] [--only record|export] [--alone]

Measures the recorder beside ffmpeg (with --alone by itself) and an export beside cp and zip.
Prints tables and writes bench/results/record.json.`,
  options: {
    minutes: { type: 'string', default: '5', isNumber: true },
    size: { type: 'string', default: '1024', isNumber: true },
    runs: { type: 'string', default: '3', isNumber: true },
    only: { type: 'string' },
    alone: { type: 'boolean', default: false },
  },
});
const prepared = await prepare({ deps: true, build: true, runtime: 'installed', system: 'test' });
process.exitCode = await runTypescript(prepared, inRoot('bench', 'record', 'race.mjs'), [
  JSON.stringify(values),
]);
