// npm start: opens the app. Electron first; where it cannot be had, the same bundles in the Chromium shell.
import { spawn } from 'node:child_process';
import { inRoot, root } from './lib/paths.mjs';
import { findOrStartBucket } from './lib/bucketProcess.mjs';
import { followParent } from './lib/followParent.mjs';
import { prepare } from './lib/prepare.mjs';
import { say, stopWith } from './lib/say.mjs';
import { explainTrouble } from './lib/trouble.mjs';

const LOCAL_BUCKET = '--local-bucket';
const USAGE = `npm start -- [${LOCAL_BUCKET}] [--user-data-dir=PATH]

  ${LOCAL_BUCKET}        starts a small S3 server beside the app and fills in the settings
  --user-data-dir=PATH  keeps everything below PATH instead of the system's place`;
const wanted = process.argv.slice(2);
if (wanted.includes('--help')) {
  console.log(USAGE);
  process.exit(0);
}
// Before anything is fetched or built: that would be for nothing.
if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY)
  stopWith(
    'There is no display to open a window on. Run this in a desktop session; "npm run demo" needs none.',
  );

followParent();
const { node, runtime } = await prepare({ deps: true, build: true, runtime: 'fetch' });

if (runtime.kind === 'shell') {
  if (process.platform !== 'linux')
    stopWith(
      'Electron could not be downloaded. Please run "npm start" again on a network that reaches github.com.',
    );
  say(
    'Electron could not be downloaded: running the same app in the Chromium shell (see chromium-shell/README.md).',
  );
}

const args = wanted.filter((arg) => arg !== LOCAL_BUCKET);
let bucket;
if (wanted.includes(LOCAL_BUCKET)) {
  bucket = await findOrStartBucket(node, inRoot('.cache', 'local-bucket'));
  args.push(`--preset-destination=${bucket.settingsFile}`);
  say(`Local bucket at ${bucket.endpoint}, objects in ${bucket.dir}; the settings are filled in.`);
}
const env = { ...process.env, ...runtime.env };
const app = spawn(runtime.binary, [root, ...args], { env, stdio: ['inherit', 'inherit', 'pipe'] });
explainTrouble(app.stderr);
// The app quits in its own time, so that what it records is finished; its exit is waited for.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => app.kill(signal));
app.on('error', (error) => stopWith(`The app could not be started: ${error.message}`));
app.on('exit', (code, signal) => {
  bucket?.stop();
  process.exit(code ?? (signal ? 1 : 0));
});
