import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

type PackageFile = { name?: string; productName?: string; version?: string; main?: string };

/** The app to run: its folder, its main file, and the names in its package.json. */
export type AppBundle = { folder: string; mainFile: string; name: string; version: string };

function readPackage(folder: string): PackageFile {
  const file = path.join(folder, 'package.json');
  return fs.existsSync(file) ? (JSON.parse(fs.readFileSync(file, 'utf8')) as PackageFile) : {};
}

function folderWithPackage(start: string): string {
  if (fs.existsSync(path.join(start, 'package.json'))) return start;
  const parent = path.dirname(start);
  return parent === start ? start : folderWithPackage(parent);
}

/** @throws when there is no such app. */
export function locateApp(target: string): AppBundle {
  const full = path.resolve(target);
  if (!fs.existsSync(full)) throw new Error(`There is no app at ${full}.`);
  const isFolder = fs.statSync(full).isDirectory();
  const folder = isFolder ? full : folderWithPackage(path.dirname(full));
  const { name, productName, version = '0.0.0', main = 'index.js' } = readPackage(folder);
  const mainFile = isFolder
    ? createRequire(path.join(folder, 'package.json')).resolve(path.join(folder, main))
    : full;
  return { folder, mainFile, name: productName ?? name ?? 'Electron', version };
}
