// npm run soak:recording: kills processes of the real app with kill -9 in the middle of recordings.
import { readOptions } from './lib/options.mjs';
import { inRoot } from './lib/paths.mjs';
import { prepare } from './lib/prepare.mjs';
import { runTypescript } from './lib/runTypescript.mjs';

const { values } = readOptions({
  usage: `npm run soak:recording -- [--runs 50] [--seed N]

Kills one of the app's processes in the middle of recordings, again and again, and prints what became of them.`,
  options: {
    runs: { type: 'string', default: '50', isNumber: true },
    seed: { type: 'string', isNumber: true },
  },
});
const prepared = await prepare({ deps: true, build: true, runtime: 'installed', system: 'test' });
const soak = inRoot('tests', 'soak', 'recordingSoak.ts');
process.exitCode = await runTypescript(prepared, soak, [JSON.stringify(values)]);
