// npm run soak:upload: kills the real app with kill -9 in the middle of uploads.
import { readOptions } from './lib/options.mjs';
import { inRoot } from './lib/paths.mjs';
import { prepare } from './lib/prepare.mjs';
import { runTypescript } from './lib/runTypescript.mjs';

const { values } = readOptions({
  usage: `npm run soak:upload -- [--runs 200] [--seed N] [--max-mib N] [--mib-per-second N]

Kills the app in the middle of uploads, again and again, and prints what became of them.`,
  options: {
    runs: { type: 'string', default: '200', isNumber: true },
    seed: { type: 'string', isNumber: true },
    'max-mib': { type: 'string', default: '300', isNumber: true },
    'mib-per-second': { type: 'string', default: '60', isNumber: true },
  },
});
const prepared = await prepare({ deps: true, build: true, runtime: 'installed', system: 'test' });
const soak = inRoot('tests', 'soak', 'uploadSoak.ts');
process.exitCode = await runTypescript(prepared, soak, [JSON.stringify(values)]);
