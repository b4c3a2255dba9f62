import { ensureBundles } from './bundles.mjs';
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
 *   Electron, 'installed' takes what is there); `system`: 'test' for the programs the tests use.
 * @returns `{ node, runtime? }`: the Node to run things with, and what runs the bundles
 */
export function prepare({ deps = false, build = false, runtime, system } = {}) {
  const wait = () => say('Another command prepares this clone; waiting for it.');
  return oneAtATime(`preparation of ${root}`, wait, async () => {
    const node = await ensureNode();
    if (deps) await ensureDependencies(node);
    const found = runtime && findRuntime(node, { fetch: runtime === 'fetch' });
    if (found?.kind === 'shell') await ensureSystem('shell');
    if (system) await ensureSystem(system);
    if (build) await ensureBundles(node);
    return { node, runtime: found };
  });
}
