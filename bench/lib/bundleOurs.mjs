import { bundleForNode } from '../../scripts/lib/bundleForNode.mjs';
import { inRoot } from '../../scripts/lib/paths.mjs';

/**
 * Bundles one of our clients like the app's main process, for production.
 * @param file relative to the clone
 * @returns the bundle's path
 */
export function bundleOurs(file) {
  return bundleForNode(file, inRoot('.cache', 'bench'));
}
