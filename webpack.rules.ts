import type { RuleSetRule } from 'webpack';

export const tsRule: RuleSetRule = {
  test: /\.tsx?$/,
  exclude: /(node_modules|\.webpack)/,
  use: {
    loader: 'ts-loader',
    // Types are checked by `tsc -b`; here they are only stripped.
    options: { transpileOnly: true, configFile: 'tsconfig.bundle.json' },
  },
};
