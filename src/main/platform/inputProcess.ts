import path from 'node:path';
import { utilityProcess } from 'electron';
import type { InputMessage, InputProcess } from '../types';

/** Starts the process that holds the global input hook. A crash of the hook never takes main along. */
export function startInputProcess(): InputProcess {
  const child = utilityProcess.fork(path.join(__dirname, 'inputHost.js'), [], {
    serviceName: 'Session Recorder Input',
    stdio: 'ignore',
  });
  return {
    onMessage: (listener) => void child.on('message', (message: InputMessage) => listener(message)),
    onExit: (listener) => void child.once('exit', (code: number) => listener(code)),
    kill: () => void child.kill(),
  };
}
