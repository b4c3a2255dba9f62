// npm run bucket: starts the local bucket, a small S3 server on a folder.
import { CLI_OPTIONS, CLI_USAGE } from '../local-bucket/cliOptions.mjs';
import { typeScriptFlags } from './lib/node.mjs';
import { readOptions, refuse } from './lib/options.mjs';
import { inRoot } from './lib/paths.mjs';
import { prepare } from './lib/prepare.mjs';
import { run } from './lib/run.mjs';

const { values } = readOptions({ usage: CLI_USAGE, options: CLI_OPTIONS });
if (!values.dir) refuse('A folder is missing: add --dir PATH.', CLI_USAGE);
const args = Object.entries(values).map(([name, value]) => `--${name}=${value}`);
const { node } = await prepare({ deps: true });
process.exit(await run(node, [...typeScriptFlags, inRoot('local-bucket', 'cli.ts'), ...args]));
