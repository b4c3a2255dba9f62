import path from 'node:path';
import { createRequire } from 'node:module';
import { createJiti } from 'jiti';

const require = createRequire(import.meta.url);
const root = path.resolve(import.meta.dirname, '../..');

/** Bundles our client the way the app's main process is bundled, for production. @returns the bundle's path */
export async function bundleOurs() {
  const { tsRule } = await createJiti(import.meta.url).import(path.join(root, 'webpack.rules.ts'));
  const out = path.join(root, '.cache', 'bench');
  const config = {
    mode: 'production',
    target: 'node24',
    context: root,
    entry: { ours: './bench/upload/clients/ours.ts' },
    output: { path: out, filename: '[name].mjs', module: true, chunkFormat: 'module' },
    experiments: { outputModule: true },
    externalsPresets: { node: true },
    module: { rules: [tsRule] },
    resolve: { extensions: ['.ts', '.js', '.json'] },
    optimization: { minimize: false },
  };
  await new Promise((resolve, reject) =>
    require('webpack')(config, (error, stats) => {
      if (error ?? stats.hasErrors()) reject(error ?? new Error(stats.toString('errors-only')));
      else resolve();
    }),
  );
  return path.join(out, 'ours.mjs');
}
