// Records with the real app, again and again, kills one of its processes by kill -9 at a random instant, and prints what
// became of each recording. `npm run soak:recording` starts it.
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { startDesktop } from '../../scripts/lib/xvfb.mjs';
import { chooseSeed, makeDice } from '../faults/dice';
import { RecordingRounds, type RoundResult } from './recording/RecordingRounds';
import { report } from './recording/report';

const values = JSON.parse(process.argv[2]!) as { runs: string; seed?: string };
const runs = Number(values.runs);
const seed = values.seed === undefined ? chooseSeed() : Number(values.seed);
console.log(`${runs} runs; --seed ${seed} repeats their choices.`);

const dir = await mkdtemp(path.join(os.tmpdir(), 'session-recorder-soak-'));
await mkdir(path.join(dir, 'data'));
const display = await startDesktop();
const rounds = new RecordingRounds({ dir, dice: makeDice(seed), display: display.display });
const results: RoundResult[] = [];
try {
  for (let run = 1; run <= runs; run++) {
    const result = await rounds.next();
    results.push(result);
    report.line(run, result);
  }
  process.exitCode = report.summary(results) ? 0 : 1;
} finally {
  await rounds.close();
  display.stop();
  await rm(dir, { recursive: true, force: true, maxRetries: 10 });
}
