// npm run soak:recording -- --runs 50 [--seed N]: kill -9 of one of the processes of the real app in the middle of
// recordings, again and again, and what became of them.
import { inRoot } from './lib/paths.mjs';
import { prepare } from './lib/prepare.mjs';
import { runTypescript } from './lib/runTypescript.mjs';

const prepared = await prepare({ deps: true, build: true, runtime: 'installed', system: 'test' });
const soak = inRoot('tests', 'soak', 'recordingSoak.ts');
process.exitCode = await runTypescript(prepared, soak, process.argv.slice(2));
