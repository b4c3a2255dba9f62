import { watch } from 'node:fs';

/** Calls `onEvent` when something in a folder comes, goes or is renamed. @returns what ends it; throws where refused */
export type WatchFolder = (
  folder: string,
  onEvent: () => void,
  onError: (error: unknown) => void,
) => () => void;

/** Not recursive: on Linux each folder below would cost a watch of its own, and there may be thousands. */
export const watchFolder: WatchFolder = (folder, onEvent, onError) => {
  const watcher = watch(folder, { persistent: false }, onEvent);
  watcher.on('error', onError);
  return () => watcher.close();
};
