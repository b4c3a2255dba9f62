import type { UploadStateStore } from '../../src/main/uploadStateStore';

/** A disk without room for a while: some writes of state fail as the system would let them fail. */
export function fullDisk() {
  let until = 0;
  let count = 0;
  let from = Infinity;
  return {
    /** Refuses `times` writes after letting `after` more through. */
    refuse(after: number, times: number) {
      from = count + after;
      until = from + times;
    },
    wrap: (states: UploadStateStore): UploadStateStore => ({
      ...states,
      writeUploadState(state) {
        count += 1;
        if (count <= from || count > until) return states.writeUploadState(state);
        const error = new Error('ENOSPC: no space left on device, write');
        return Promise.reject(Object.assign(error, { code: 'ENOSPC', errno: -28, syscall: 'write' }));
      },
    }),
  };
}
