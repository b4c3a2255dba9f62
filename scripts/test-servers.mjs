// npm run test:servers: the object store's contract and the upload engine over the local bucket, Ceph and Swift.
// Installs Ceph and Swift first as root on Debian, because this command asks for them explicitly.
import { readOptions } from './lib/options.mjs';
import { inRoot, root } from './lib/paths.mjs';
import { prepare } from './lib/prepare.mjs';
import { run, stopCode, tidyUpBeforeStop } from './lib/run.mjs';
import { say } from './lib/say.mjs';
import { startTestServers } from './lib/servers.mjs';

readOptions({
  usage: `npm run test:servers

Runs the object store's contract and the upload engine over the local bucket, Ceph and Swift.
As root on Debian it installs those two first.`,
});
const { node } = await prepare({ deps: true });
tidyUpBeforeStop();
const servers = await startTestServers({ install: true });
try {
  const vitest = inRoot('node_modules', 'vitest', 'vitest.mjs');
  const env = { ...process.env, ...servers.env };
  process.exitCode = stopCode() ?? (await run(node, [vitest, 'run', 'tests/contract/'], { cwd: root, env }));
} finally {
  await servers.stop();
}
if (stopCode()) process.exit(stopCode());
say(`The contract ran over: ${['the in-memory fake', 'the local bucket', ...servers.started].join(', ')}.`);
