import { createInterface } from 'node:readline';
import { say } from './say.mjs';

/** The system's error output, and the fix in words. */
const known = [
  {
    sign: /Running as root without --no-sandbox/,
    fix: 'Electron’s sandbox does not run as root. Start the app as an ordinary user, or, on a throw-away machine, with: npm start -- --no-sandbox',
  },
  {
    sign: /SUID sandbox helper binary|No usable sandbox|apparmor_restrict_unprivileged_userns/,
    fix: 'This system refuses Electron’s sandbox (Ubuntu 23.10 and later restrict it by AppArmor). Allow it with: sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0',
  },
  {
    sign: /Missing X server or \$DISPLAY|cannot open display/i,
    fix: 'There is no display to open a window on. Run this in a desktop session; "npm run demo" needs none.',
  },
];

/** Forwards the app's stderr, and adds one sentence if the reason and its fix are known. */
export function explainTrouble(stderr) {
  createInterface({ input: stderr }).on('line', (line) => {
    process.stderr.write(`${line}\n`);
    const hit = known.find(({ sign }) => sign.test(line));
    if (hit) say(hit.fix);
  });
}
