import { createRequire } from 'node:module';
import type { WebpackPluginConfig } from '@electron-forge/plugin-webpack';
import MiniCssExtractPlugin from 'mini-css-extract-plugin';
import type { Configuration } from 'webpack';
import { tsRule } from './webpack.main.config';

const resolveModule = createRequire(__filename).resolve;

export const rendererConfig: Configuration = {
  // Forge's development default is eval-source-map, which a page with script-src 'self' refuses.
  devtool: 'source-map',
  module: {
    rules: [
      tsRule,
      {
        test: /\.css$/,
        // A file rather than a <style> element: the page's CSP allows styles from 'self' only.
        use: [
          MiniCssExtractPlugin.loader,
          'css-loader',
          { loader: 'postcss-loader', options: { postcssOptions: { plugins: ['@tailwindcss/postcss'] } } },
        ],
      },
    ],
  },
  plugins: [new MiniCssExtractPlugin({ filename: '[name]/index.css' })],
  resolve: { extensions: ['.ts', '.tsx', '.js', '.css'] },
  performance: { hints: false },
};

const preloadConfig: Configuration = {
  devtool: 'source-map',
  module: { rules: [tsRule] },
  resolve: {
    extensions: ['.ts', '.js'],
    // The development server adds its client to every entry; it requires 'events', which a sandboxed preload has not.
    alias: {
      [resolveModule('webpack-dev-server/client/index.js')]: false,
      [resolveModule('webpack/hot/dev-server.js')]: false,
    },
  },
};

const preload = { js: './src/preload/index.ts', config: preloadConfig };

/** Three pages (main window, toolbar, hidden capture page) with one preload. */
export const renderer: WebpackPluginConfig['renderer'] = {
  config: rendererConfig,
  entryPoints: [
    { name: 'main_window', html: './src/index.html', js: './src/renderer.tsx', preload },
    { name: 'toolbar', html: './src/index.html', js: './src/toolbar.tsx', preload },
    { name: 'capture', html: './src/capture/index.html', js: './src/capture/index.ts', preload },
  ],
};
