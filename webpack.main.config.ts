import type { Configuration } from 'webpack';
import { tsRule } from './webpack.rules';

/** Main and the input process's entry, side by side in `.webpack/main`. */
export const mainConfig: Configuration = {
  entry: { index: './src/index.ts', inputHost: './src/main/recorder/inputHost.ts' },
  output: { filename: '[name].js' },
  devtool: 'source-map',
  // node-gyp-build finds uiohook's prebuilds by path, so the module cannot be bundled.
  externals: { 'uiohook-napi': 'commonjs2 uiohook-napi' },
  module: { rules: [tsRule] },
  resolve: { extensions: ['.ts', '.js', '.json'] },
};
