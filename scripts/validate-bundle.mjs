// Checks session bundles against the published format: npm run validate-bundle -- FILE [FILE …]
import { inRoot } from './lib/paths.mjs';
import { prepare } from './lib/prepare.mjs';
import { run } from './lib/run.mjs';

const { node } = await prepare({ deps: true });
process.exitCode = await run(node, [inRoot('bundle-validator', 'start.mjs'), ...process.argv.slice(2)]);
