// npm run soak:recording -- --runs 50 [--seed N]: kill -9 of one of the processes of the real app in the middle of
// recordings, again and again, and what became of them.
import { inRoot, root } from './lib/paths.mjs';
import { prepare } from './lib/prepare.mjs';
import { run } from './lib/run.mjs';

const { node, runtime } = await prepare({ deps: true, build: true, runtime: 'installed', system: 'test' });
const options = [
  ...['--experimental-transform-types', '--no-warnings'],
  ...['--import', inRoot('tests', 'faults', 'kills', 'resolveTs.mjs')],
];
process.exitCode = await run(
  node,
  [...options, inRoot('tests', 'soak', 'recordingSoak.ts'), ...process.argv.slice(2)],
  { cwd: root, env: { ...process.env, ...runtime.env } },
);
