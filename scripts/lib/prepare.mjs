import { ensureBundles } from './bundles.mjs';
import { ensureDependencies } from './dependencies.mjs';
import { findRuntime } from './electron.mjs';
import { ensureNode } from './node.mjs';
import { ensureSystem } from './system.mjs';

/**
 * Brings the clone to the state a command needs, and says what it does.
 * @param wants `deps`: node_modules; `build`: the bundles; `runtime`: Electron or its stand-in ('fetch' may download
 *   Electron, 'installed' takes what is there); `system`: 'test' for the programs the tests use.
 * @returns `{ node, runtime? }`: the Node to run things with, and what runs the bundles
 */
export async function prepare({ deps = false, build = false, runtime, system } = {}) {
  const node = await ensureNode();
  if (deps) await ensureDependencies(node);
  const found = runtime && findRuntime(node, { fetch: runtime === 'fetch' });
  if (found?.kind === 'shell') await ensureSystem('shell');
  if (system) await ensureSystem(system);
  if (build) await ensureBundles(node);
  return { node, runtime: found };
}
