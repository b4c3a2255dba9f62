import { captureSourceName } from '../host/windowSource.ts';

/** The switches of every Chromium of the shell, to make it behave like Electron's content layer. */
const fixedSwitches = [
  '--test-type', // no infobars
  '--ozone-platform=x11',
  '--no-first-run',
  '--no-default-browser-check',
  '--disable-gpu',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-session-crashed-bubble',
  '--hide-crash-restore-bubble',
  '--disable-infobars',
  '--keep-alive-for-test', // keeps an app without windows running
  // Hidden windows record at full rate.
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
  '--disable-background-timer-throttling',
  '--autoplay-policy=no-user-gesture-required',
  '--password-store=basic',
  // The shell calls the app's handlers itself; --use-fake-ui-for-media-stream would break screen capture.
  '--auto-accept-camera-and-microphone-capture',
  `--auto-select-desktop-capture-source=${captureSourceName}`,
];

const fixedDisabledFeatures = ['Translate', 'MediaRouter'];

/** Switches that only the shell may set; the app's and the test tools' values are ignored. */
const reserved = new Set([
  'user-data-dir',
  'remote-debugging-port',
  'remote-debugging-pipe',
  'no-sandbox',
  'enable-sandbox',
  'app',
  'ozone-platform',
  'password-store',
]);

export type Switch = { name: string; value?: string };

/** The arguments for Chromium: the shell's own, then the app's; merges lists of disabled features. */
export function chromiumArguments(profileDir: string, asked: readonly Switch[]): string[] {
  const disabled = asked
    .filter(({ name }) => name === 'disable-features')
    .flatMap(({ value }) => value?.split(',') ?? []);
  const passed = asked.filter(({ name }) => !reserved.has(name) && name !== 'disable-features');
  return [
    ...fixedSwitches,
    `--disable-features=${[...fixedDisabledFeatures, ...disabled].join(',')}`,
    `--user-data-dir=${profileDir}`,
    ...passed.map(({ name, value }) => (value ? `--${name}=${value}` : `--${name}`)),
  ];
}
