import os from 'node:os';

/** A process that works on sessions, by its number and its machine, and how it sees whether another one lives. */
export type Holder = { pid: number; host: string; isAlive(pid: number): boolean };

/** This process. */
export const systemHolder: Holder = {
  pid: process.pid,
  host: os.hostname(),
  isAlive(pid) {
    try {
      // Signal 0 asks only.
      process.kill(pid, 0);
      return true;
    } catch (error) {
      // It is there, and somebody else's.
      return (error as NodeJS.ErrnoException).code === 'EPERM';
    }
  },
};
