// npm run validate-bundle: checks session bundles against the published format.
import { readOptions, refuse } from './lib/options.mjs';
import { inRoot } from './lib/paths.mjs';
import { prepare } from './lib/prepare.mjs';
import { run } from './lib/run.mjs';

const usage = `npm run validate-bundle -- FILE [FILE …]

Checks session bundles against docs/bundle-format.md.`;
const { positionals: files, passedOn } = readOptions({
  usage,
  positionals: 'FILE',
  passesOn: 'the validator',
});
if (!files.length && !passedOn.length) refuse('A bundle is missing.', usage);
const { node } = await prepare({ deps: true });
process.exitCode = await run(node, [inRoot('bundle-validator', 'start.mjs'), ...files, ...passedOn]);
