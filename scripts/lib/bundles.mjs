import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { inRoot, root } from './paths.mjs';
import { run } from './run.mjs';
import { say, stopWith } from './say.mjs';

const stamp = inRoot('.webpack', 'sources.sha256');
const sources = [
  'src',
  'package-lock.json',
  'tsconfig.base.json',
  'tsconfig.bundle.json',
  'scripts/build.mjs',
  ...readdirSync(root).filter((name) => name.startsWith('webpack.')),
];

/** Builds the bundles when their sources changed since they were made. */
export async function ensureBundles(node) {
  const wanted = hashOf(sources.flatMap(filesBelow));
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  say('Building the app (about half a minute, only when its sources changed).');
  const code = await run(node, [inRoot('scripts', 'build.mjs')], { cwd: root });
  if (code !== 0) stopWith('The build failed; the compiler’s words above say why.');
  writeFileSync(stamp, wanted);
}

function filesBelow(name) {
  const full = inRoot(name);
  if (!statSync(full).isDirectory()) return [name];
  return readdirSync(full)
    .sort()
    .flatMap((child) => filesBelow(path.join(name, child)));
}

function hashOf(files) {
  const hash = createHash('sha256');
  for (const file of files) hash.update(`${file}\0`).update(readFileSync(inRoot(file)));
  return hash.digest('hex');
}
