import type { WebpackPluginConfig } from '@electron-forge/plugin-webpack';
import { mainConfig } from './webpack.main.config';
import { preloadConfig, rendererConfig } from './webpack.renderer.config';

const preload = { js: './src/preload/index.ts', config: preloadConfig };

/** The bundles: three pages (main window, toolbar, hidden capture page), one preload, and main. */
export const webpackPluginConfig: WebpackPluginConfig = {
  mainConfig,
  devContentSecurityPolicy:
    "default-src 'none'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; img-src 'self' data: app://session-recorder/sessions/; media-src app://session-recorder/sessions/; font-src 'self'; connect-src 'self' ws:",
  renderer: {
    config: rendererConfig,
    entryPoints: [
      { name: 'main_window', html: './src/index.html', js: './src/renderer.tsx', preload },
      { name: 'toolbar', html: './src/index.html', js: './src/toolbar.tsx', preload },
      { name: 'capture', html: './src/capture/index.html', js: './src/capture/index.ts', preload },
    ],
  },
};
