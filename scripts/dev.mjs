// npm run dev: Forge with live reload.
import { prepare } from './lib/prepare.mjs';
import { inRoot, root } from './lib/paths.mjs';
import { run } from './lib/run.mjs';

const { node, runtime } = await prepare({ deps: true, runtime: 'fetch' });
const forge = inRoot('node_modules', '@electron-forge', 'cli', 'dist', 'electron-forge.js');
process.exit(
  await run(node, [forge, 'start', ...process.argv.slice(2)], {
    cwd: root,
    env: { ...process.env, ...runtime.env },
  }),
);
