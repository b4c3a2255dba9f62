import { readFileSync } from 'node:fs';
import { growthPerMinute } from './growth.mjs';
import { kindOf, readTree } from './processTree.mjs';

/** Until then a process is still starting; its growth in that time says nothing about later hours. */
const SETTLED_AFTER_MINUTES = 3;

/**
 * Watches the private memory of a process and all its descendants: anonymous memory, without shared memory and files.
 * Reports only processes that live to the end.
 * @returns `stop`, which returns for each process: `kind`, `pid`, `fromBytes` after three minutes, `toBytes` at the
 *   end, and `slopeBytesPerMinute` by least squares between them
 */
export function watchPrivateMemory(rootPid, sampleMs = 10_000) {
  const startedAt = performance.now();
  const byPid = new Map();
  const sample = () => {
    const minutes = (performance.now() - startedAt) / 60_000;
    for (const pid of readTree(rootPid).keys()) {
      const bytes = anonymousBytes(pid);
      if (bytes === undefined) continue;
      if (!byPid.has(pid)) byPid.set(pid, { kind: pid === rootPid ? 'main' : kindOf(pid), samples: [] });
      byPid.get(pid).samples.push({ minutes, bytes });
    }
  };
  const timer = setInterval(sample, sampleMs);
  return {
    stop() {
      clearInterval(timer);
      sample();
      const end = Math.max(...[...byPid.values()].map(({ samples }) => samples.at(-1).minutes));
      return [...byPid]
        .filter(([, { samples }]) => samples.at(-1).minutes === end)
        .map(([pid, { kind, samples }]) => ({ kind, pid, ...growthOf(samples) }));
    },
  };
}

function growthOf(samples) {
  const later = samples.filter(({ minutes }) => minutes > SETTLED_AFTER_MINUTES);
  const settled = later.length > 1 ? later : samples;
  return {
    fromBytes: settled[0].bytes,
    toBytes: settled.at(-1).bytes,
    slopeBytesPerMinute: growthPerMinute(settled),
  };
}

/** Undefined if the process has just exited or belongs to another user. */
function anonymousBytes(pid) {
  try {
    const kib = /^Anonymous:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1'))?.[1];
    return kib === undefined ? undefined : Number(kib) * 1024;
  } catch {
    return undefined;
  }
}
