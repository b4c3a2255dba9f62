import { chmodSync, lstatSync, mkdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { homeFolder } from './homeFolder.mjs';

const NAME = 'session-recorder';
/** The path of a socket may have 103 bytes on macOS and 107 on Linux; names below the folder take up to 35. */
const LONGEST_BYTES = 68;

/**
 * A folder of this user's for sockets and locks, which no other user can enter. The same one for every process of the
 * user on this computer, inside a desktop session and outside.
 * @throws Error with a sentence where the place belongs to another user
 */
export function privateFolder() {
  const all = places();
  const folder = all.find((place) => Buffer.byteLength(place) <= LONGEST_BYTES) ?? all.at(-1);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (!isOwnFolder(folder))
    throw new Error(
      `${folder} is not a folder of this user. Remove it, or set XDG_RUNTIME_DIR to a private folder.`,
    );
  if (!isPrivateFolder(folder)) chmodSync(folder, 0o700);
  return folder;
}

/** Best first. */
function places() {
  const home = homeFolder();
  if (process.platform === 'win32') return [path.join(process.env.LOCALAPPDATA ?? home ?? os.tmpdir(), NAME)];
  const uid = process.getuid();
  const sessions = [process.env.XDG_RUNTIME_DIR, `/run/user/${uid}`].filter(
    (folder) => folder && path.isAbsolute(folder) && isPrivateFolder(folder),
  );
  const homes = home && isOwnFolder(home) ? [path.join(home, '.local', 'state', NAME)] : [];
  return [...sessions.map((folder) => path.join(folder, NAME)), ...homes, `/tmp/${NAME}-${uid}`];
}

/** A link to a folder is none. */
function isOwnFolder(folder) {
  const found = lstatSync(folder, { throwIfNoEntry: false });
  return found?.isDirectory() === true && (process.platform === 'win32' || found.uid === process.getuid());
}

/** Windows has no such bits; there a profile's folders are closed to other users. */
function isPrivateFolder(folder) {
  return isOwnFolder(folder) && (process.platform === 'win32' || (lstatSync(folder).mode & 0o077) === 0);
}
