import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { npm } from './node.mjs';
import { inRoot, root } from './paths.mjs';
import { say, stopWith } from './say.mjs';

const stamp = inRoot('node_modules', '.lock-hash');

/** Runs `npm ci` if node_modules does not match the lock file. */
export async function ensureDependencies(node) {
  const wanted = createHash('sha256')
    .update(readFileSync(inRoot('package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  say('Installing the dependencies (about a minute, only when they change).');
  // No install scripts: they download or compile, and the packages contain the needed files prebuilt.
  const code = await npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    node,
  });
  if (code !== 0) stopWith('npm ci failed; its words above say why. Once that is mended, run this again.');
  writeFileSync(stamp, wanted);
}
