// Builds the very bundles that Forge's webpack plugin would, without needing Electron's binary. Wants Node ≥ 22.13.
import { rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createJiti } from 'jiti';
import { inRoot, root } from './lib/paths.mjs';

const require = createRequire(import.meta.url);
const webpack = require('webpack');
const WebpackConfigGenerator = require('@electron-forge/plugin-webpack/dist/WebpackConfig').default;
const { webpackPluginConfig } = await createJiti(import.meta.url).import(inRoot('webpack.plugin.config.ts'));

rmSync(inRoot('.webpack'), { recursive: true, force: true });
const generator = new WebpackConfigGenerator(webpackPluginConfig, root, true, 0);
const configs = [
  await generator.getMainConfig(),
  ...(await generator.getRendererConfig(webpackPluginConfig.renderer)),
];
webpack(configs, (error, stats) => {
  if (error) throw error;
  const bad = stats.hasErrors() || stats.hasWarnings();
  if (bad) console.error(stats.toString({ preset: 'errors-warnings', colors: process.stderr.isTTY }));
  process.exit(stats.hasErrors() ? 1 : 0);
});
