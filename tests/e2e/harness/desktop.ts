import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const exec = promisify(execFile);

/** A person's hands on a private display, by xdotool. */
export function desktopOn(display: string) {
  const xdotool = (...args: (string | number)[]) =>
    exec('xdotool', args.map(String), { env: { ...process.env, DISPLAY: display } });
  return {
    moveTo: (x: number, y: number) => xdotool('mousemove', x, y),
    click: (x: number, y: number) => xdotool('mousemove', x, y, 'click', 1),
    key: (name: string) => xdotool('key', name),
    /** Paints the whole background, so that a picture can be recognised. */
    paint: (color: string) =>
      exec('xsetroot', ['-solid', color], { env: { ...process.env, DISPLAY: display } }),
  };
}
