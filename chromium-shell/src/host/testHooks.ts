/**
 * State that the shell keeps in memory instead of showing it, and entry points for tests: `globalThis.__chromiumShell`,
 * or `__shell` of the electron module, inside the main process.
 */
export type ShellLogEntry = {
  call: 'openExternal' | 'openPath' | 'showItemInFolder' | 'beep';
  argument: string;
};

export const shellLog: ShellLogEntry[] = [];

/** Answers for the next dialogs, first in, first out. */
export const dialogAnswers: unknown[] = [];
