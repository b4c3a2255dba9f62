// npm test: checks and tests everything. `npm test -- unit e2e` runs only the named steps; `npm test -- e2e -- -g kill`
// hands what follows to the runner.
import { mkdirSync, rmSync } from 'node:fs';
import { inRoot, root } from './lib/paths.mjs';
import { prepare } from './lib/prepare.mjs';
import { run } from './lib/run.mjs';
import { say } from './lib/say.mjs';
import { stepsFor } from './lib/testSteps.mjs';
import { countTests } from './lib/testResults.mjs';

const split = process.argv.indexOf('--');
const own = process.argv.slice(2, split === -1 ? undefined : split);
const passedOn = split === -1 ? [] : process.argv.slice(split + 1);

const { node, runtime } = await prepare({ deps: true, build: true, runtime: 'installed', system: 'test' });
say(
  runtime.kind === 'electron'
    ? 'Testing in Electron.'
    : 'Testing in the Chromium shell: Electron’s binary is not installed.',
);
rmSync(inRoot('test-results'), { recursive: true, force: true });
mkdirSync(inRoot('test-results'), { recursive: true });

const steps = stepsFor({ runtime }).filter(({ name }) => !own.length || own.includes(name));
const broken = [];
for (const step of steps) {
  const startedAt = Date.now();
  say(`── ${step.name}: ${step.what}`);
  const helpers = await step.before?.();
  const code = await run(node, [...step.args, ...(step.takesArguments ? passedOn : [])], {
    cwd: root,
    env: { ...process.env, ...runtime.env, ...step.env, ...helpers?.env },
  });
  await helpers?.stop();
  if (code !== 0) broken.push(step.name);
  say(
    `── ${step.name}: ${code === 0 ? 'ok' : `FAILED (${code})`}, ${Math.round((Date.now() - startedAt) / 1000)} s`,
  );
}

const { passed, failed, skipped } = countTests();
if (broken.length) say(`Failed: ${broken.join(', ')}`);
// A step can break without a failing test (a type error, say): that counts too.
const failures = Math.max(failed, broken.length);
console.log(`${passed} passed, ${failures} failed${skipped ? `, ${skipped} skipped` : ''}`);
process.exit(failures ? 1 : 0);
