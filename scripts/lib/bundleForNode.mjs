import path from 'node:path';
import { createRequire } from 'node:module';
import { createJiti } from 'jiti';
import { inRoot, root } from './paths.mjs';

const require = createRequire(import.meta.url);

/**
 * Bundles one of our files like the app's main process, for production, into one module for plain Node.
 * @param file relative to the clone
 * @param folder the bundle's folder
 * @returns the bundle's path
 */
export async function bundleForNode(file, folder) {
  const { mainConfig } = await createJiti(import.meta.url).import(inRoot('webpack.main.config.ts'));
  const webpack = require('webpack');
  const { name } = path.parse(file);
  const config = {
    mode: 'production',
    target: 'node24',
    context: root,
    entry: { [name]: inRoot(file) },
    output: { path: folder, filename: '[name].mjs', module: true, library: { type: 'module' } },
    experiments: { outputModule: true },
    externalsPresets: { node: true },
    module: mainConfig.module,
    resolve: mainConfig.resolve,
    optimization: { minimize: false },
    // A bundle that is replaced while it runs must not load chunks that are gone.
    plugins: [new webpack.optimize.LimitChunkCountPlugin({ maxChunks: 1 })],
  };
  await new Promise((resolve, reject) =>
    webpack(config, (error, stats) => {
      if (error ?? stats.hasErrors()) reject(error ?? new Error(stats.toString('errors-only')));
      else resolve();
    }),
  );
  return path.join(folder, `${name}.mjs`);
}
