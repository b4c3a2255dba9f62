import { ensureBundles, ensureCommand } from './bundles.mjs';
import { oneAtATime } from './claim.mjs';
import { ensureDependencies } from './dependencies.mjs';
import { findRuntime } from './electron.mjs';
import { ensureNode } from './node.mjs';
import { root } from './paths.mjs';
import { say } from './say.mjs';
import { ensureSystem } from './system.mjs';

/**
 * Prepares the clone for a command, and prints each step. One command at a time: a second one waits, and then finds the
 * work done.
 * @param wants `deps`: node_modules; `build`: the bundles; `runtime`: Electron or the Chromium shell ('fetch' may
 *   download Electron, 'installed' uses what is installed); `system`: 'test' for the programs of the tests; `sqlite`: a
 *   Node with a new SQLite; `command`: one of our files, bundled for Node.
 * @returns `{ node, runtime?, bundle? }`: the Node to use, the runtime of the bundles, and the command's bundle
 */
export function prepare({ deps = false, build = false, runtime, system, sqlite = false, command } = {}) {
  const wait = () => say('Another command is preparing this clone. Waiting for it.');
  return oneAtATime(`preparation of ${root}`, wait, async () => {
    const node = await ensureNode({ sqlite });
    if (deps) await ensureDependencies(node);
    const found = runtime && findRuntime(node, { fetch: runtime === 'fetch' });
    if (found?.kind === 'shell') await ensureSystem('shell');
    if (system) await ensureSystem(system);
    if (build) await ensureBundles(node);
    const bundle = command && (await ensureCommand(node, command));
    return { node, runtime: found, bundle };
  });
}
