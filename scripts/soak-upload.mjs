// npm run soak:upload -- --runs 200 [--seed N] [--max-mib N] [--mib-per-second N]: kill -9 of the real app in the middle
// of uploads, again and again, and what became of them.
import { inRoot } from './lib/paths.mjs';
import { prepare } from './lib/prepare.mjs';
import { runTypescript } from './lib/runTypescript.mjs';

const prepared = await prepare({ deps: true, build: true, runtime: 'installed', system: 'test' });
const soak = inRoot('tests', 'soak', 'uploadSoak.ts');
process.exitCode = await runTypescript(prepared, soak, process.argv.slice(2));
