// Uploads bundle after bundle with the real app, each cut short by kill -9 at a random byte, and prints what became of
// them. `npm run soak:upload` starts it.
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { startLocalBucket } from '../../local-bucket/localBucket.ts';
import { startDesktop } from '../../scripts/lib/xvfb.mjs';
import { chooseSeed, makeDice } from '../faults/dice';
import { BucketInspector } from '../faults/BucketInspector';
import { FaultProxy } from '../faults/proxy/FaultProxy';
import { KillRounds, type RoundResult } from './KillRounds';
import { report } from './report';

type Options = { runs: string; seed?: string; 'max-mib': string; 'mib-per-second': string };
const values = JSON.parse(process.argv[2]!) as Options;
const MIB = 1024 * 1024;
const runs = Number(values.runs);
const seed = values.seed === undefined ? chooseSeed() : Number(values.seed);
console.log(`${runs} runs; --seed ${seed} repeats them.`);

const dir = await mkdtemp(path.join(os.tmpdir(), 'session-recorder-soak-'));
await mkdir(path.join(dir, 'data'));
const display = await startDesktop();
const bucket = await startLocalBucket({ dir: path.join(dir, 'bucket') });
const proxy = await FaultProxy.start({
  target: bucket.endpoint,
  bytesPerSecond: Number(values['mib-per-second']) * MIB,
});
const eye = new BucketInspector(bucket, 'sessions/');
const rounds = new KillRounds({
  ...{ proxy, eye, dir, bucket, dice: makeDice(seed), display: display.display },
  maxMib: Number(values['max-mib']),
});
const results: RoundResult[] = [];
try {
  for (let run = 1; run <= runs; run++) {
    const result = await rounds.next();
    results.push(result);
    report.line(run, result);
  }
  const leftovers = await rounds.end();
  process.exitCode = report.summary(results, leftovers) ? 0 : 1;
} finally {
  await rounds.close();
  eye.close();
  await proxy.goDown();
  await bucket.close();
  display.stop();
  await rm(dir, { recursive: true, force: true, maxRetries: 10 });
}
