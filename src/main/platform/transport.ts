import { ipcMain, type IpcMainInvokeEvent } from 'electron';
import type { AppError, Reply } from '../../shared/appError';
import type { Caller } from '../../shared/contract';
import type { CommandTransport } from '../platformPort';
import type { AppWindows } from './windows';
import { isOfOrigin } from './ownOrigin';
import { pageOrigin } from './pages';

const strangerError: AppError = {
  code: 'ForeignSender',
  message: 'A page that is not part of the app asked for something.',
  action: 'Restart the app; if it happens again, please report it.',
};

/** Commands over Electron's IPC. Answers only the top frame of the app's page of the right kind. */
export function makeTransport(windows: AppWindows): CommandTransport {
  return {
    handle(name, caller, run) {
      ipcMain.handle(name, (event, ...args: unknown[]): Promise<Reply<unknown>> => {
        if (!isOurs(event, caller, windows))
          return Promise.resolve({
            ok: false,
            error: { ...strangerError, details: `${name} from ${event.senderFrame?.url ?? 'a closed page'}` },
          });
        return run(args);
      });
    },
  };
}

function isOurs(event: IpcMainInvokeEvent, caller: Caller, windows: AppWindows): boolean {
  const frame = event.senderFrame;
  if (!frame || frame.parent !== null) return false;
  if (!isOfOrigin(frame.url, pageOrigin)) return false;
  return windows.kindOf(event.sender) === caller;
}
