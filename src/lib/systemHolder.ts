import os from 'node:os';

/** A process that works on sessions, by its pid and host, and how it checks whether another one is alive. */
export type Holder = { pid: number; host: string; isAlive(pid: number): boolean };

/** This process. */
export const systemHolder: Holder = {
  pid: process.pid,
  host: os.hostname(),
  isAlive(pid) {
    try {
      // Signal 0 only checks that the process exists.
      process.kill(pid, 0);
      return true;
    } catch (error) {
      // The process exists but belongs to another user.
      return (error as NodeJS.ErrnoException).code === 'EPERM';
    }
  },
};
