import { chmodSync, lstatSync, mkdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { homeFolder } from './homeFolder.mjs';

const NAME = 'session-recorder';
/** A socket's path may have 103 bytes on macOS and 107 on Linux; names below the folder take up to 35. */
const LONGEST_BYTES = 68;

/**
 * A folder for this user's sockets and locks that no other user can enter. Every process of the user on this computer
 * gets the same one, inside and outside of a desktop session.
 * @throws Error with a sentence when the folder belongs to another user
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

/** A link to a folder does not count. */
function isOwnFolder(folder) {
  const found = lstatSync(folder, { throwIfNoEntry: false });
  return found?.isDirectory() === true && (process.platform === 'win32' || found.uid === process.getuid());
}

/** Windows has no such mode bits; there a profile's folders are closed to other users. */
function isPrivateFolder(folder) {
  return isOwnFolder(folder) && (process.platform === 'win32' || (lstatSync(folder).mode & 0o077) === 0);
}
