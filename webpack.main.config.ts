import type { Configuration, RuleSetRule } from 'webpack';

export const tsRule: RuleSetRule = {
  test: /\.tsx?$/,
  exclude: /(node_modules|\.webpack)/,
  use: {
    loader: 'ts-loader',
    // `tsc -b` checks the types; here they are only stripped.
    options: {
      transpileOnly: true,
      onlyCompileBundledFiles: true,
      configFile: 'tsconfig.base.json',
      compilerOptions: {
        composite: false,
        emitDeclarationOnly: false,
        declaration: false,
        allowImportingTsExtensions: false,
        sourceMap: true,
      },
    },
  },
};

/** Main and the entries of the input process and of the packing thread, side by side in `.webpack/main`. */
export const mainConfig: Configuration = {
  entry: {
    index: './src/index.ts',
    inputHost: './src/main/recorder/input/inputHost.ts',
    bundleWorker: './src/main/recorder/bundle/bundleWorker.ts',
  },
  output: { filename: '[name].js', environment: { dynamicImport: true } },
  devtool: 'source-map',
  // node-gyp-build finds uiohook's prebuilds by path, so the module cannot be bundled.
  // get-windows finds its own program beside itself, and is a module of the other kind.
  externals: { 'uiohook-napi': 'commonjs2 uiohook-napi', 'get-windows': 'import get-windows' },
  module: { rules: [tsRule] },
  resolve: { extensions: ['.ts', '.js', '.json'] },
};
