// npm start: opens the app in Electron or, if Electron is unavailable, the same bundles in the Chromium shell.
import path from 'node:path';
import { askToQuit, endApp, showApp, startApp } from './lib/appProcess.mjs';
import { claim } from './lib/claim.mjs';
import { followParent } from './lib/followParent.mjs';
import { homeFolder } from './lib/homeFolder.mjs';
import { keepBucket } from './lib/keptBucket.mjs';
import { readOptions, refuse } from './lib/options.mjs';
import { inRoot } from './lib/paths.mjs';
import { prepare } from './lib/prepare.mjs';
import { quitOnSignals } from './lib/quitSignals.mjs';
import { say, stopWith } from './lib/say.mjs';

const usage = `npm start -- [--local-bucket] [--user-data-dir PATH] [-- SWITCHES]

  --local-bucket        starts a small S3 server beside the app and fills in the settings
  --user-data-dir PATH  keeps everything below PATH instead of the system's place
  --no-sandbox          lets Electron run as root, on throw-away machines
  --ozone-platform NAME chooses x11 or wayland

Switches after a second -- go to Electron, e.g. npm start -- -- --force-device-scale-factor=2.`;
const { values, passedOn } = readOptions({
  usage,
  options: {
    'local-bucket': { type: 'boolean', default: false },
    'user-data-dir': { type: 'string' },
    'no-sandbox': { type: 'boolean' },
    'ozone-platform': { type: 'string' },
  },
  passesOn: 'Electron',
});
const own = passedOn.find((arg) => /^--(user-data-dir|local-bucket|preset-destination)(=|$)/.test(arg));
if (own) refuse(`'${own}' is for npm start, not for Electron: put it before the second --.`, usage);
const wantsBucket = values['local-bucket'];
// Checked before the downloads and builds, which would be useless.
if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY)
  stopWith(
    'There is no display to open a window on. Run this in a desktop session; "npm run demo" needs none.',
  );

followParent();
const userDataDir = values['user-data-dir'] && path.resolve(values['user-data-dir']);
const dataFolder = userDataDir ?? process.env.XDG_CONFIG_HOME ?? homeFolder();
if (!dataFolder)
  stopWith('This user has no home folder. Name a folder for the recordings: --user-data-dir PATH.');
const args = [
  ...(userDataDir ? [`--user-data-dir=${userDataDir}`] : []),
  ...(values['no-sandbox'] ? ['--no-sandbox'] : []),
  ...(values['ozone-platform'] ? [`--ozone-platform=${values['ozone-platform']}`] : []),
  ...passedOn,
];

let isOpen = false;
// One start per data folder continues, with its app and its bucket; a second one only shows the window.
const { said } = await claim(`start of ${dataFolder}`, { answer: answerSecondStart }).catch(({ message }) =>
  stopWith(message),
);
if (said) {
  const [words, withoutBucket] = said.split('\n');
  say(words);
  if (wantsBucket && withoutBucket) say(withoutBucket);
  process.exit(0);
}

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

const bucketDir = userDataDir ? path.join(dataFolder, 'local-bucket') : inRoot('.cache', 'local-bucket');
const bucket = wantsBucket
  ? await keepBucket(node, bucketDir).catch(({ message }) => stopWith(message))
  : undefined;
const preset = bucket ? [`--preset-destination=${bucket.settingsFile}`] : [];
const app = startApp(runtime, [...args, ...preset], () => {
  isOpen = true;
  // Only after the app opened: an app that was already running keeps its settings, and this bucket is stopped silently.
  if (bucket)
    say(
      `Local bucket at ${bucket.endpoint}, objects in ${bucket.dir}; settings that name no other bucket are filled in.`,
    );
});
// The app needs time to finish its recordings, so this waits for its exit.
quitOnSignals({
  async ask(signal) {
    bucket?.letGo();
    if (!(await askToQuit(app, { runtime, args, signal })))
      say('The app could not be asked to quit. Close its window, or press Ctrl-C twice to end it at once.');
  },
  end: () => endApp(app),
});
app.on('error', (error) => stopWith(`The app could not be started: ${error.message}`));
app.on('exit', (code, signal) => {
  bucket?.stop();
  process.exit(code ?? (signal ? 1 : 0));
});

/** One line, and a second one for a user who asked for the local bucket when there is none. */
async function answerSecondStart() {
  const words = await tellSecondStart();
  return wantsBucket
    ? words
    : `${words}\nIt was started without the local bucket: quit it and run this again.`;
}

async function tellSecondStart() {
  if (!isOpen)
    return 'Session Recorder is being started already; its window comes up as soon as it is ready.';
  return (await showApp(runtime, args)) || 'Session Recorder is already running.';
}
