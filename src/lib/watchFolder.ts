import { watch } from 'node:fs';

/**
 * Calls `onEvent` when an entry of a folder is created, removed or renamed.
 * @returns a function that stops watching
 * @throws if the system refuses to watch
 */
export type WatchFolder = (
  folder: string,
  onEvent: () => void,
  onError: (error: unknown) => void,
) => () => void;

/** Not recursive: on Linux, each subfolder would need a watch of its own, and there may be thousands. */
export const watchFolder: WatchFolder = (folder, onEvent, onError) => {
  const watcher = watch(folder, { persistent: false }, onEvent);
  watcher.on('error', onError);
  return () => watcher.close();
};
