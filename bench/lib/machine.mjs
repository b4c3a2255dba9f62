import os from 'node:os';

/** The machine of a measurement, in one line. */
export function describeMachine() {
  const { length, 0: first } = os.cpus();
  return `${length} × ${first.model}, ${Math.round(os.totalmem() / 1024 ** 3)} GiB, Linux ${os.release()}, Node ${process.version}`;
}
