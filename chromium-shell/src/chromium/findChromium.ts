import fs from 'node:fs';
import path from 'node:path';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** Finds an executable on PATH. */
export function findOnPath(name: string, searchPath = process.env.PATH ?? ''): string | undefined {
  return searchPath
    .split(path.delimiter)
    .filter(Boolean)
    .map((folder) => path.join(folder, name))
    .find((file) => isExecutable(file));
}

function isExecutable(file: string): boolean {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Ubuntu's package contains only a script that asks for the snap, which cannot use a debugging pipe. */
function isSnapStub(file: string): boolean {
  const start = Buffer.alloc(2048);
  const descriptor = fs.openSync(file, 'r');
  try {
    const length = fs.readSync(descriptor, start, 0, start.length, 0);
    return start.subarray(0, length).includes('snap install') || fs.realpathSync(file).startsWith('/snap/');
  } finally {
    fs.closeSync(descriptor);
  }
}

/** @throws when the machine has no usable Chromium; the message says what to install. */
export function findChromium(): string {
  const named = process.env.SHELL_CHROMIUM;
  if (named) {
    if (isExecutable(named)) return named;
    throw new Error(`SHELL_CHROMIUM names ${named}, which cannot be executed.`);
  }
  const found = names.map((name) => findOnPath(name)).find((file) => file && !isSnapStub(file));
  if (found) return found;
  throw new Error(
    'The Chromium shell found no Chromium: run "sudo apt-get install chromium" (on Ubuntu, whose package is only a snap stub, install google-chrome) or name a binary in SHELL_CHROMIUM.',
  );
}
