import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { cacheDir } from './paths.mjs';
import { run } from './run.mjs';
import { say, stopWith } from './say.mjs';

const VERSION = '24.21.0';
const home = path.join(cacheDir, 'node-24');
const cached = path.join(
  home,
  'node_modules',
  'node',
  'bin',
  process.platform === 'win32' ? 'node.exe' : 'node',
);

/** Electron's tooling needs 22.12; ESLint, and our small servers, which Node runs as TypeScript, need 22.13. */
function isNewEnough([major, minor]) {
  return major > 22 || (major === 22 && minor >= 13);
}

/** Lets Node 22 run TypeScript; newer versions need no flag and ignore it. */
export const typeScriptFlags = ['--experimental-strip-types', '--disable-warning=ExperimentalWarning'];

/** The oldest SQLite that `src/lib/sqliteFile.ts` accepts. */
const OLDEST_SQLITE = [3, 51, 3];

function hasSqlite() {
  const numbers = (process.versions.sqlite ?? '0').split('.').map(Number);
  const at = OLDEST_SQLITE.findIndex((oldest, index) => numbers[index] !== oldest);
  return at === -1 || numbers[at] > OLDEST_SQLITE[at];
}

/**
 * The path of a Node that is new enough: this one, or Node 24 installed into the clone's cache folder.
 * @param needs `sqlite`: its SQLite must be new enough too
 */
export async function ensureNode({ sqlite = false } = {}) {
  const isFit = isNewEnough(process.versions.node.split('.').map(Number)) && (!sqlite || hasSqlite());
  if (isFit) return process.execPath;
  if (existsSync(cached)) return cached;
  say(`Node ${process.versions.node} is too old: installing Node ${VERSION} into .cache (once).`);
  mkdirSync(home, { recursive: true });
  // The package's own install script places the binary; npm runs it only if it is allowed by name.
  writeFileSync(path.join(home, 'package.json'), '{ "private": true, "allowScripts": { "node": true } }\n');
  const code = await npm(
    ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error', `node@${VERSION}`],
    {
      cwd: home,
    },
  );
  if (code !== 0 || !existsSync(cached))
    stopWith(
      'Node 22.13 or newer is needed and could not be installed here. Please install it from nodejs.org and run this again.',
    );
  return cached;
}

/** Runs npm with `node` (default: this one) as its Node. */
export function npm(args, { cwd, node = process.execPath } = {}) {
  const PATH = [path.dirname(node), process.env.PATH].join(path.delimiter);
  const windows = process.platform === 'win32';
  return run(windows ? 'npm.cmd' : 'npm', args, { cwd, shell: windows, env: { ...process.env, PATH } });
}
