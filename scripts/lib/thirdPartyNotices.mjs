// Compares THIRD-PARTY-NOTICES.txt with the licenses of the packages that ship in the app. `--write` updates the file.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { inRoot } from './paths.mjs';

const file = inRoot('THIRD-PARTY-NOTICES.txt');
const { packages } = JSON.parse(readFileSync(inRoot('package-lock.json'), 'utf8'));
/** get-windows is built with these; forge.config.ts leaves them out of the package. */
const buildOnly = ['node-gyp', 'node-addon-api'];
const header = `Third-party software in Session Recorder

Session Recorder includes the packages below, each under its own license.
The licenses of Electron and Chromium lie beside the app, in LICENSE and LICENSES.chromium.html.
`;

/** The lock file's keys of what ships: the dependencies, and theirs in turn. */
function shippedPackages() {
  const found = new Set();
  const collect = (from) => {
    const { dependencies, optionalDependencies } = packages[from];
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
      const key = resolve(from, name);
      if (!key || found.has(key) || buildOnly.includes(name)) continue;
      found.add(key);
      collect(key);
    }
  };
  collect('');
  return [...found];
}

/** Where Node finds `name` from the package at `from`: the nearest node_modules that has it. */
function resolve(from, name) {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('node_modules/') - 1))) {
    const key = `${at && `${at}/`}node_modules/${name}`;
    if (packages[key]) return key;
    if (at === '') return undefined;
  }
}

function licenseOf(key) {
  const folder = inRoot(key);
  const names = existsSync(folder) ? readdirSync(folder).sort() : [];
  const texts = names
    .filter((name) => /^(licen[cs]e|copying|notice)([.-]|$)/i.test(name))
    .map((name) => readFileSync(path.join(folder, name), 'utf8').replace(/\r\n/g, '\n'))
    .map((text) => text.replace(/[ \t]+$/gm, '').trim());
  return texts.length ? texts.join('\n\n') : `License: ${packages[key].license}`;
}

function notices() {
  const byText = new Map();
  for (const key of shippedPackages()) {
    const name = key.slice(key.lastIndexOf('node_modules/') + 'node_modules/'.length);
    const text = licenseOf(key);
    byText.set(text, [...(byText.get(text) ?? []), `${name} ${packages[key].version}`]);
  }
  const sections = [...byText].map(
    ([text, names]) => `${[...new Set(names)].sort().join('\n')}\n\n${text}\n`,
  );
  return [header, ...sections.sort()].join(`\n${'-'.repeat(80)}\n\n`);
}

const wanted = notices();
if (process.argv.includes('--write')) writeFileSync(file, wanted);
if (!existsSync(file) || readFileSync(file, 'utf8') !== wanted) {
  console.error('THIRD-PARTY-NOTICES.txt is out of date. Run: npm test -- notices -- --write');
  process.exit(1);
}
