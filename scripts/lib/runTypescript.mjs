import { inRoot, root } from './paths.mjs';
import { run } from './run.mjs';

/** Runs one of our files that is, or imports, TypeScript in plain Node. @returns its exit code */
export function runTypescript({ node, runtime }, file, args) {
  const options = [
    ...['--experimental-transform-types', '--no-warnings'],
    ...['--import', inRoot('tests', 'faults', 'kills', 'resolveTs.mjs')],
  ];
  return run(node, [...options, file, ...args], { cwd: root, env: { ...process.env, ...runtime?.env } });
}
