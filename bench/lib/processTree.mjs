import { readdirSync, readFileSync } from 'node:fs';
import { growthPerMinute } from './growth.mjs';
import { readStat } from './procStat.mjs';

/**
 * Watches a process and all its descendants from now until `stop`.
 * @returns `stop`, which returns `cpuMs` (user and system, of all of them), `rssPeakBytes`, `rssSlopeBytesPerMinute`,
 *   and `kinds`: for each kind of process (main, input, browser, renderer …) `kind`, `rssBytes` at the end and its own
 *   slope
 */
export function watchTree(rootPid, sampleMs = 500) {
  const startedAt = performance.now();
  const first = readTree(rootPid);
  const lastCpuMs = new Map([...first].map(([pid, { cpuMs }]) => [pid, cpuMs]));
  const kindByPid = new Map();
  const all = [];
  const byKind = new Map();
  let cpuMs = 0;
  const sample = () => {
    const tree = readTree(rootPid);
    if (tree.size === 0) return;
    for (const [pid, { cpuMs: now }] of tree) {
      cpuMs += now - (lastCpuMs.get(pid) ?? 0);
      lastCpuMs.set(pid, now);
      if (!kindByPid.has(pid)) kindByPid.set(pid, pid === rootPid ? 'main' : kindOf(pid));
    }
    const minutes = (performance.now() - startedAt) / 60_000;
    all.push({ minutes, bytes: sumOf([...tree.values()]) });
    for (const [kind, processes] of Map.groupBy(tree, ([pid]) => kindByPid.get(pid))) {
      if (!byKind.has(kind)) byKind.set(kind, []);
      byKind.get(kind).push({ minutes, bytes: sumOf(processes.map(([, facts]) => facts)) });
    }
  };
  const timer = setInterval(sample, sampleMs);
  return {
    stop() {
      clearInterval(timer);
      sample();
      return {
        cpuMs,
        rssPeakBytes: Math.max(...all.map(({ bytes }) => bytes)),
        rssSlopeBytesPerMinute: growthPerMinute(all),
        kinds: [...byKind].map(([kind, samples]) => ({
          kind,
          rssBytes: samples.at(-1).bytes,
          rssSlopeBytesPerMinute: growthPerMinute(samples),
        })),
      };
    },
  };
}

function sumOf(processes) {
  return processes.reduce((sum, { rssBytes }) => sum + rssBytes, 0);
}

/** The kind of one of the app's processes, by its command line. */
export function kindOf(pid) {
  const command = textOf(`/proc/${pid}/cmdline`);
  if (/inputHost\.js|node\.mojom\.NodeService/.test(command)) return 'input';
  const type = /--type=([\w-]+)/.exec(command)?.[1];
  const service = /--utility-sub-type=([\w.]+)/.exec(command)?.[1];
  return service ?? type ?? 'browser';
}

/** Empty if the process has just exited. */
function textOf(file) {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}

/** CPU time and memory of a process and all its descendants, by pid. Shared pages count in each process. */
export function readTree(rootPid) {
  const all = new Map(
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap((name) => entryOf(Number(name))),
  );
  const belongs = (pid) => pid === rootPid || (all.has(pid) && belongs(all.get(pid).parent));
  return new Map([...all].filter(([pid]) => belongs(pid)));
}

/** `[[pid, facts]]`, or empty if the process has just exited. */
function entryOf(pid) {
  try {
    return [[pid, readStat(pid)]];
  } catch {
    return [];
  }
}
