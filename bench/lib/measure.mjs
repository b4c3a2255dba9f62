import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readStat } from './procStat.mjs';

const SAMPLE_MS = 10;

/**
 * Runs one client to its end.
 * @returns `wallMs`, `cpuMs` (user and system, all threads), `rssGrowthBytes`: the client's own figures, or those of
 *   /proc until its exit
 */
export async function measure([program, args, env], { inProcess }) {
  const startedAt = performance.now();
  // The machine's own CA bundle would conflict with the given one (rclone 1.60 refuses to start with both).
  const { AWS_CA_BUNDLE: _ours, ...inherited } = process.env;
  const child = spawn(program, args, { env: { ...inherited, ...env }, stdio: ['ignore', 'pipe', 'inherit'] });
  let out = '';
  child.stdout.on('data', (chunk) => (out += chunk));
  let seen = { cpuMs: 0, rssGrowthBytes: 0 };
  const sampler = inProcess ? undefined : setInterval(() => (seen = readProc(child.pid) ?? seen), SAMPLE_MS);
  const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  const wallMs = performance.now() - startedAt;
  clearInterval(sampler);
  if (code !== 0) throw new Error(`${program} ended with ${code}: ${out}`);
  return inProcess ? JSON.parse(out.trim().split('\n').at(-1)) : { wallMs, ...seen };
}

function readProc(pid) {
  try {
    const { cpuMs } = readStat(pid);
    const peak = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'));
    if (!peak) return undefined;
    return { cpuMs, rssGrowthBytes: Number(peak[1]) * 1024 };
  } catch {
    // The process has just exited: the previous sample is the last.
    return undefined;
  }
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
