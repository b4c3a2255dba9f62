import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { cacheDir, inRoot, root } from './paths.mjs';
import { run } from './run.mjs';
import { say, stopWith } from './say.mjs';

const stamp = inRoot('.webpack', 'sources.sha256');
const sources = [
  'src',
  'package-lock.json',
  'tsconfig.base.json',
  ...readdirSync(root).filter((name) => name.startsWith('webpack.')),
];
const commands = path.join(cacheDir, 'commands');

/** Builds the bundles if their sources have changed. */
export async function ensureBundles(node) {
  const wanted = hashOf([...sources, 'scripts/build.mjs'].flatMap(filesBelow));
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  say('Building the app (about half a minute, only when its sources changed).');
  const code = await run(node, [inRoot('scripts', 'build.mjs')], { cwd: root });
  if (code !== 0) stopWith('The build failed; the compiler’s words above say why.');
  writeFileSync(stamp, wanted);
}

/**
 * Bundles one of our commands for plain Node, unless that was done from the same sources.
 * @param file relative to the clone
 * @returns the bundle's path
 */
export async function ensureCommand(node, file) {
  const builder = path.join('scripts', 'lib', 'bundleForNode.mjs');
  const wanted = hashOf([...sources, builder].flatMap(filesBelow));
  const folder = path.join(commands, `${path.basename(path.dirname(file))}-${wanted.slice(0, 16)}`);
  const bundle = path.join(folder, `${path.parse(file).name}.mjs`);
  if (existsSync(bundle)) return bundle;
  say('Building the command (some seconds, only when its sources changed).');
  const made = path.join(commands, `.${process.pid}`);
  rmSync(made, { recursive: true, force: true });
  const code = await run(node, [inRoot('scripts', 'lib', 'buildCommand.mjs'), file, made], { cwd: root });
  if (code !== 0) stopWith('The build failed; the compiler’s words above say why.');
  // Older ones can be deleted: a bundle is one file, and its process has read it whole.
  for (const old of readdirSync(commands))
    if (old !== path.basename(made)) rmSync(path.join(commands, old), { recursive: true, force: true });
  renameSync(made, folder);
  return bundle;
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
