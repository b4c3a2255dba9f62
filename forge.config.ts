import { existsSync, readFileSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import path from 'node:path';
import { MakerDeb } from '@electron-forge/maker-deb';
import { MakerZIP } from '@electron-forge/maker-zip';
import { AutoUnpackNativesPlugin } from '@electron-forge/plugin-auto-unpack-natives';
import { FusesPlugin } from '@electron-forge/plugin-fuses';
import { WebpackPlugin } from '@electron-forge/plugin-webpack';
import type { ForgeConfig } from '@electron-forge/shared-types';
import { FuseV1Options, FuseVersion } from '@electron/fuses';
import { mainConfig } from './webpack.main.config';
import { renderer } from './webpack.renderer.config';

/** plugin-webpack ships .webpack only; what is loaded by path comes along by hand. */
const loadedByPath = ['uiohook-napi', 'node-gyp-build'];
/** It comes where it could be installed; what it is built with stays away, what it loads comes along. */
const activeWindow = ['get-windows', ...modulesBelow('@mapbox/node-pre-gyp')];

/** The Debian packages of what the input hook is linked to. Electron's own are known to the maker. */
const hookPackages = ['libx11-6', 'libxrandr2', 'libxt6', 'libxtst6'];

const devContentSecurityPolicy =
  "default-src 'none'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; img-src 'self' data: app://session-recorder/sessions/; media-src app://session-recorder/sessions/; font-src 'self'; connect-src 'self' ws:";

function modulesBelow(name: string, known = new Set<string>()): string[] {
  const manifest = path.join(__dirname, 'node_modules', name, 'package.json');
  if (known.has(name) || !existsSync(manifest)) return [];
  known.add(name);
  const { dependencies = {} } = JSON.parse(readFileSync(manifest, 'utf8'));
  for (const dependency of Object.keys(dependencies)) modulesBelow(dependency, known);
  return [...known];
}

const config: ForgeConfig = {
  packagerConfig: {
    // A program cannot be run from inside the archive: macOS asks this one for the active window.
    asar: { unpack: '**/get-windows/main' },
    executableName: 'session-recorder',
    extraResource: ['THIRD-PARTY-NOTICES.txt'],
    // macOS shows these when it asks for leave, and ends an app that asks for the microphone without one.
    extendInfo: {
      NSMicrophoneUsageDescription:
        'Your voice is recorded with the screen when you switch the microphone on.',
      NSScreenCaptureUsageDescription: 'The screen or window that you choose is recorded.',
    },
  },
  // They work as they come; building get-windows would want build tools that its package does not bring.
  rebuildConfig: { ignoreModules: ['uiohook-napi', 'get-windows'] },
  makers: [new MakerZIP({}), new MakerDeb({ options: { depends: hookPackages, recommends: ['x11-utils'] } })],
  hooks: {
    packageAfterCopy: async (_config, buildPath) => {
      for (const name of [...loadedByPath, ...activeWindow]) {
        const from = path.join(__dirname, 'node_modules', name);
        if (existsSync(from)) await cp(from, path.join(buildPath, 'node_modules', name), { recursive: true });
      }
    },
  },
  plugins: [
    new AutoUnpackNativesPlugin({}),
    new WebpackPlugin({ mainConfig, renderer, devContentSecurityPolicy }),
    new FusesPlugin({
      version: FuseVersion.V1,
      [FuseV1Options.RunAsNode]: false,
      [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: false,
      [FuseV1Options.EnableNodeCliInspectArguments]: false,
      [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: true,
      [FuseV1Options.OnlyLoadAppFromAsar]: true,
      [FuseV1Options.GrantFileProtocolExtraPrivileges]: false,
    }),
  ],
};
export default config;
