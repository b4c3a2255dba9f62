// npm run dev: Forge with live reload.
import { startedBy } from './lib/appProcess.mjs';
import { followParent } from './lib/followParent.mjs';
import { readOptions } from './lib/options.mjs';
import { prepare } from './lib/prepare.mjs';
import { inRoot, root } from './lib/paths.mjs';
import { run } from './lib/run.mjs';

const { passedOn } = readOptions({
  usage: `npm run dev [-- -- ARGUMENTS]

Opens the app with live reload. Arguments after the second -- go to Electron Forge's start.`,
  passesOn: 'Electron Forge',
});
followParent();
const { node, runtime } = await prepare({ deps: true, runtime: 'fetch' });
const forge = inRoot('node_modules', '@electron-forge', 'cli', 'dist', 'electron-forge.js');
process.exit(
  await run(node, [forge, 'start', ...withAppArguments(passedOn, [startedBy()])], {
    cwd: root,
    env: { ...process.env, ...runtime.env },
  }),
);

/** The arguments after Forge's own -- go to the app. */
function withAppArguments(forForge, forApp) {
  return [...forForge, ...(forForge.includes('--') ? [] : ['--']), ...forApp];
}
