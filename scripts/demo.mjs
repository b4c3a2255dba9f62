// npm run demo: does the main job unattended, on a private display, and prints what it did.
import { inRoot, root } from './lib/paths.mjs';
import { prepare } from './lib/prepare.mjs';
import { run } from './lib/run.mjs';

const { node, runtime } = await prepare({ deps: true, build: true, runtime: 'fetch', system: 'test' });
const env = { ...process.env, ...runtime.env, SESSION_RECORDER_RUNTIME: runtime.kind };
process.exit(
  await run(node, [inRoot('scripts', 'demo', 'run.mjs'), ...process.argv.slice(2)], { cwd: root, env }),
);
