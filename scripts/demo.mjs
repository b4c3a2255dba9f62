// npm run demo: records, exports, uploads and reads back, unattended on a private display, and prints the results.
import { readOptions } from './lib/options.mjs';
import { inRoot, root } from './lib/paths.mjs';
import { prepare } from './lib/prepare.mjs';
import { run } from './lib/run.mjs';

readOptions({
  usage: `npm run demo

Records, exports, uploads and reads back, unattended; screenshots go to demo-output/.`,
});
const { node, runtime } = await prepare({ deps: true, build: true, runtime: 'fetch', system: 'test' });
const env = { ...process.env, ...runtime.env, SESSION_RECORDER_RUNTIME: runtime.kind };
process.exit(await run(node, [inRoot('scripts', 'demo', 'run.mjs')], { cwd: root, env }));
