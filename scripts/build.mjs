// Builds the same bundles as Forge's webpack plugin, without Electron's binary. Needs Node ≥ 22.13.
import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { createJiti } from 'jiti';
import { cacheDir, inRoot, root } from './lib/paths.mjs';

const require = createRequire(import.meta.url);
const webpack = require('webpack');
const WebpackConfigGenerator = require('@electron-forge/plugin-webpack/dist/WebpackConfig').default;
const jiti = createJiti(import.meta.url);
const { mainConfig } = await jiti.import(inRoot('webpack.main.config.ts'));
const { renderer } = await jiti.import(inRoot('webpack.renderer.config.ts'));

// Built in a temporary folder and moved into place as a whole: an interrupted or parallel build leaves no partial
// result.
const prefix = 'webpack-';
const made = path.join(cacheDir, `${prefix}${process.pid}`);
mkdirSync(cacheDir, { recursive: true });
for (const name of readdirSync(cacheDir).filter(isLeftOver)) remove(path.join(cacheDir, name));

const generator = new WebpackConfigGenerator({ mainConfig, renderer }, root, true, 0);
generator.webpackDir = made;
const configs = [await generator.getMainConfig(), ...(await generator.getRendererConfig(renderer))];
webpack(configs, (error, stats) => {
  if (error) throw error;
  const bad = stats.hasErrors() || stats.hasWarnings();
  if (bad) console.error(stats.toString({ preset: 'errors-warnings', colors: process.stderr.isTTY }));
  if (!stats.hasErrors()) putInPlace();
  remove(made);
  process.exit(stats.hasErrors() ? 1 : 0);
});

function putInPlace() {
  remove(inRoot('.webpack'));
  renameSync(made, inRoot('.webpack'));
}

/** Left by a build that was killed. */
function isLeftOver(name) {
  if (!name.startsWith(prefix)) return false;
  try {
    return !process.kill(Number(name.slice(prefix.length)), 0);
  } catch (error) {
    return error.code === 'ESRCH';
  }
}

function remove(folder) {
  rmSync(folder, { recursive: true, force: true });
}
