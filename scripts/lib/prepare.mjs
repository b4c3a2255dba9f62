import { ensureBundles, ensureCommand } from './bundles.mjs';
import { oneAtATime } from './claim.mjs';
import { ensureDependencies } from './dependencies.mjs';
import { findRuntime } from './electron.mjs';
import { ensureNode } from './node.mjs';
import { root } from './paths.mjs';
import { say } from './say.mjs';
import { ensureSystem } from './system.mjs';

/**
 * Brings the clone to the state a command needs, and says what it does. One command at a time: another one waits, and
 * then finds done what it needs.
 * @param wants `deps`: node_modules; `build`: the bundles; `runtime`: Electron or its stand-in ('fetch' may download
 *   Electron, 'installed' takes what is there); `system`: 'test' for the programs the tests use; `sqlite`: a Node with a
 *   new SQLite; `command`: a file of ours, bundled for Node.
 * @returns `{ node, runtime?, bundle? }`: the Node to run things with, what runs the bundles, and the command's bundle
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
