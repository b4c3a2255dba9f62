import type { UploadStateStore } from '../../../src/main/uploadStateStore';

/** At which write of state the process dies: just before it, or just after it is on disk. Counted from 1. */
export type Death = { atWrite: number; when: 'before' | 'after' };

/** A state store that counts its writes and kills its own process, -9, at one of them. */
export function dyingStates(
  states: UploadStateStore,
  death: Death | undefined,
  count: () => number,
): UploadStateStore {
  const die = () => void process.kill(process.pid, 'SIGKILL');
  return {
    ...states,
    async writeUploadState(state) {
      const isLast = count() === death?.atWrite;
      if (isLast && death?.when === 'before') die();
      await states.writeUploadState(state);
      if (isLast) die();
    },
  };
}
