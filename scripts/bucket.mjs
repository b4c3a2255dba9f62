// Starts the local bucket, a small S3 server on a folder: npm run bucket -- --dir PATH [--port N]
import { typeScriptFlags } from './lib/node.mjs';
import { inRoot } from './lib/paths.mjs';
import { prepare } from './lib/prepare.mjs';
import { run } from './lib/run.mjs';

const { node } = await prepare({ deps: true });
process.exit(
  await run(node, [...typeScriptFlags, inRoot('local-bucket', 'cli.ts'), ...process.argv.slice(2)]),
);
