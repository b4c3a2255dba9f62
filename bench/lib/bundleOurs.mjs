import path from 'node:path';
import { createRequire } from 'node:module';
import { createJiti } from 'jiti';

const require = createRequire(import.meta.url);
const root = path.resolve(import.meta.dirname, '../..');

/**
 * Bundles a client of ours the way the app's main process is bundled, for production.
 * @param file relative to the clone
 * @returns the bundle's path
 */
export async function bundleOurs(file) {
  const { mainConfig } = await createJiti(import.meta.url).import(path.join(root, 'webpack.main.config.ts'));
  const { name } = path.parse(file);
  const out = path.join(root, '.cache', 'bench');
  const config = {
    mode: 'production',
    target: 'node24',
    context: root,
    entry: { [name]: path.join(root, file) },
    output: { path: out, filename: '[name].mjs', module: true, chunkFormat: 'module' },
    experiments: { outputModule: true },
    externalsPresets: { node: true },
    module: mainConfig.module,
    resolve: mainConfig.resolve,
    optimization: { minimize: false },
  };
  await new Promise((resolve, reject) =>
    require('webpack')(config, (error, stats) => {
      if (error ?? stats.hasErrors()) reject(error ?? new Error(stats.toString('errors-only')));
      else resolve();
    }),
  );
  return path.join(out, `${name}.mjs`);
}
