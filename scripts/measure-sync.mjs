// npm run measure:sync: the time between a click and its effect on screen in a recording: 50 clicks over 5 minutes,
// with a pause in between. `npm test` runs the same spec with a few clicks.
import { readOptions } from './lib/options.mjs';
import { inRoot, root } from './lib/paths.mjs';
import { prepare } from './lib/prepare.mjs';
import { run } from './lib/run.mjs';

readOptions({
  usage: `npm run measure:sync

Measures for five minutes how far a click and what it causes on screen lie apart in a recording.`,
});
const { node, runtime } = await prepare({ deps: true, build: true, runtime: 'installed', system: 'test' });
process.exitCode = await run(
  node,
  [
    inRoot('node_modules', '@playwright', 'test', 'cli.js'),
    'test',
    '--project=e2e',
    '--reporter=list',
    'sync',
  ],
  { cwd: root, env: { ...process.env, ...runtime.env, SYNC: 'long' } },
);
