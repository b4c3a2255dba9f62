import { readdirSync } from 'node:fs';
import { readStat } from './procStat.mjs';

/**
 * Watches a process and all below it, from now until `stop`.
 * @returns `stop`, which answers `cpuMs` (user and system, of all of them), `rssPeakBytes` and
 *   `rssSlopeBytesPerMinute` (least squares over the samples after the first minute, or over all of a shorter watch)
 */
export function watchTree(rootPid, sampleMs = 500) {
  const startedAt = performance.now();
  const first = readTree(rootPid);
  const lastCpuMs = new Map([...first].map(([pid, { cpuMs }]) => [pid, cpuMs]));
  const samples = [];
  let cpuMs = 0;
  const sample = () => {
    const tree = readTree(rootPid);
    if (tree.size === 0) return;
    for (const [pid, { cpuMs: now }] of tree) {
      cpuMs += now - (lastCpuMs.get(pid) ?? 0);
      lastCpuMs.set(pid, now);
    }
    const rssBytes = [...tree.values()].reduce((sum, { rssBytes: own }) => sum + own, 0);
    samples.push({ minutes: (performance.now() - startedAt) / 60_000, rssBytes });
  };
  const timer = setInterval(sample, sampleMs);
  return {
    stop() {
      clearInterval(timer);
      sample();
      const settled = samples.filter(({ minutes }) => minutes > 1);
      const slope = slopeOf(settled.length > 10 ? settled : samples);
      return {
        cpuMs,
        rssPeakBytes: Math.max(...samples.map(({ rssBytes }) => rssBytes)),
        rssSlopeBytesPerMinute: slope,
      };
    },
  };
}

/** CPU time and memory of a process and all below it, by process id. Shared pages count in each. */
function readTree(rootPid) {
  const all = new Map(
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap((name) => entryOf(Number(name))),
  );
  const belongs = (pid) => pid === rootPid || (all.has(pid) && belongs(all.get(pid).parent));
  return new Map([...all].filter(([pid]) => belongs(pid)));
}

/** `[[pid, facts]]`, or nothing when it has just ended. */
function entryOf(pid) {
  try {
    return [[pid, readStat(pid)]];
  } catch {
    return [];
  }
}

function slopeOf(samples) {
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const x = mean(samples.map(({ minutes }) => minutes));
  const y = mean(samples.map(({ rssBytes }) => rssBytes));
  const over = samples.reduce((sum, { minutes, rssBytes }) => sum + (minutes - x) * (rssBytes - y), 0);
  const under = samples.reduce((sum, { minutes }) => sum + (minutes - x) ** 2, 0);
  return under === 0 ? 0 : over / under;
}
