import { execFileSync } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';

const colors = ['#1d4ed8', '#0f766e', '#b45309', '#7c3aed', '#be123c', '#334155'];

/**
 * Moves, clicks and types on a private display for `seconds`, so that there is input to record. Without a private
 * display (macOS, Windows) it only waits and leaves the user's desktop alone.
 */
export async function actOnScreen(display, seconds) {
  const act = (program, ...args) =>
    display && execFileSync(program, args, { env: { ...process.env, DISPLAY: display } });
  for (let second = 0; second < seconds; second++) {
    act('xsetroot', '-solid', colors[second % colors.length]);
    act('xdotool', 'mousemove', String(200 + second * 90), String(300 + second * 40), 'click', '1');
    act('xdotool', 'key', second % 2 ? 'Return' : 'a');
    await wait(1000);
  }
}
