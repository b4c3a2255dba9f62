// npm run test:faults: the whole fault matrix: the engine against a proxy that injects faults, in front of the local
// bucket, and of Ceph if it is installed.
import { readOptions } from './lib/options.mjs';
import { inRoot, root } from './lib/paths.mjs';
import { prepare } from './lib/prepare.mjs';
import { run, stopCode, tidyUpBeforeStop } from './lib/run.mjs';
import { startTestServers } from './lib/servers.mjs';

const { values, passedOn } = readOptions({
  usage: `npm run test:faults -- [-t NAME] [-- ARGUMENTS]

Tests the upload engine under every fault of the matrix. -t runs the tests whose names match; arguments after a
second -- go to Vitest. SEED=7 npm run test:faults -- -t "black hole" repeats one of a seed.`,
  options: { testNamePattern: { type: 'string', short: 't' } },
  passesOn: 'Vitest',
});
const only = values.testNamePattern ? ['--testNamePattern', values.testNamePattern] : [];
const { node } = await prepare({ deps: true });
tidyUpBeforeStop();
// Every scenario runs twice, and Ceph frees no space in between.
process.env.CEPH_MEMORY_BYTES ??= String(8 * 1024 ** 3);
const servers = await startTestServers();
try {
  const vitest = inRoot('node_modules', 'vitest', 'vitest.mjs');
  const env = { ...process.env, ...servers.env, FAULTS: 'all' };
  const args = [vitest, 'run', 'tests/faults/', ...only, ...passedOn];
  process.exitCode = stopCode() ?? (await run(node, args, { cwd: root, env }));
} finally {
  await servers.stop();
}
if (stopCode()) process.exit(stopCode());
