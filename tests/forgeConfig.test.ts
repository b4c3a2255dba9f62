import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { MakerDeb } from '@electron-forge/maker-deb';
import { expect, it } from 'vitest';
import forgeConfig from '../forge.config';

const root = path.resolve(__dirname, '..');
const run = (program: string, ...args: string[]) => execFileSync(program, args, { encoding: 'utf8' });

type Manifest = { dependencies?: Record<string, string>; optionalDependencies?: Record<string, string> };

/** Everything that the app depends on, as the rebuild of native modules walks it: optional dependencies too. */
function productionModules(manifest: string, known = new Set<string>()): Set<string> {
  if (!existsSync(manifest)) return known;
  const { dependencies = {}, optionalDependencies = {} } = JSON.parse(
    readFileSync(manifest, 'utf8'),
  ) as Manifest;
  for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
    if (known.has(name)) continue;
    known.add(name);
    productionModules(path.join(root, 'node_modules', name, 'package.json'), known);
  }
  return known;
}

it('packaging builds no native module', () => {
  const native = [...productionModules(path.join(root, 'package.json'))].filter((name) =>
    existsSync(path.join(root, 'node_modules', name, 'binding.gyp')),
  );
  expect(native).toContain('uiohook-napi');
  expect(forgeConfig.rebuildConfig?.ignoreModules).toEqual(expect.arrayContaining(native));
});

/** Debian and Ubuntu renamed some packages for 64-bit times; the new ones provide the old names. */
const plainName = (name: string) => name.replace(/:\w+$/, '').replace(/t64$/, '');

/** What the Debian packages bring, those that they depend on included. */
function withDependencies(names: string[], known = new Set<string>()): Set<string> {
  const fresh = names.filter((name) => !known.has(name));
  if (fresh.length === 0) return known;
  for (const name of fresh) known.add(name);
  const installed = run('dpkg-query', '--show', '--showformat', '${Package}\n').split('\n');
  const wanted = installed.filter((name) => fresh.includes(plainName(name)));
  const fields = wanted.length ? run('dpkg-query', '--show', '--showformat', '${Depends}\n', ...wanted) : '';
  const depends = fields.split(/[,|\n]/).map((field) => plainName(field.trim().split(/[ (]/)[0]!));
  return withDependencies(depends.filter(Boolean), known);
}

it.runIf(process.platform === 'linux' && existsSync('/usr/bin/dpkg-query'))(
  'the Debian package depends on all that the input hook is linked to',
  () => {
    const hook = path.join('node_modules', 'uiohook-napi', 'prebuilds', `linux-${process.arch}`);
    const linked = run('ldd', path.join(root, hook, 'uiohook-napi.node'));
    expect(linked).not.toContain('not found');
    const libraries = [...linked.matchAll(/^\s*(\S+) => \//gm)].map(([, library]) => library!);
    expect(libraries).toContain('libXt.so.6');
    const owners = run('dpkg-query', '--search', ...libraries.map((library) => `*/${library}`));
    const packages = new Set([...owners.matchAll(/^(\S+?):/gm)].map(([, name]) => plainName(name!)));
    const deb = forgeConfig.makers!.find((maker) => 'name' in maker && maker.name === 'deb') as MakerDeb;
    const { depends = [] } = (deb as unknown as { configOrConfigFetcher: MakerDeb['config'] })
      .configOrConfigFetcher.options!;
    const brought = withDependencies(depends);
    expect([...packages].filter((name) => !brought.has(name))).toEqual([]);
  },
);
