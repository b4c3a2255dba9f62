import { readFileSync } from 'node:fs';

/** Clock ticks a second in /proc, on every Linux that Node supports. */
const TICKS = 100;
const PAGE_BYTES = 4096;

/** A process' `parent`, `cpuMs` (user and system, all threads) and `rssBytes`. Throws when it has exited. */
export function readStat(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1).split(' ');
  return {
    parent: Number(fields[1]),
    cpuMs: ((Number(fields[11]) + Number(fields[12])) / TICKS) * 1000,
    rssBytes: Number(fields[21]) * PAGE_BYTES,
  };
}
