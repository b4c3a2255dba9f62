import type Electron from 'electron';
import { guardObject } from '../notImplemented.ts';
import { dialogAnswers } from './testHooks.ts';

/** The shell shows no dialogs: tests queue answers, and without an answer the dialog counts as cancelled. */
async function answer<T>(name: string, cancelled: T): Promise<T> {
  if (dialogAnswers.length > 0) return { ...cancelled, ...(dialogAnswers.shift() as T) };
  process.stderr.write(`Chromium shell: dialog.${name} is not shown and counts as cancelled.\n`);
  return cancelled;
}

/** The options are the last argument, after an optional window. */
function messageBoxCancelled(args: unknown[]): Electron.MessageBoxReturnValue {
  const options = args.at(-1) as Electron.MessageBoxOptions;
  return { response: options.cancelId ?? 0, checkboxChecked: options.checkboxChecked ?? false };
}

export const dialog = guardObject(
  {
    showOpenDialog: (..._args: unknown[]): Promise<Electron.OpenDialogReturnValue> =>
      answer('showOpenDialog', { canceled: true, filePaths: [] }),
    showSaveDialog: (..._args: unknown[]): Promise<Electron.SaveDialogReturnValue> =>
      answer('showSaveDialog', { canceled: true, filePath: '' }),
    showMessageBox: (...args: unknown[]): Promise<Electron.MessageBoxReturnValue> =>
      answer('showMessageBox', messageBoxCancelled(args)),
    showErrorBox: (title: string, content: string): void => {
      process.stderr.write(`${title}: ${content}\n`);
    },
  },
  'dialog',
);
