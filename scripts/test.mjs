// npm test: checks and tests everything. `npm test -- unit e2e` runs only the named steps; `npm test -- e2e -- -g kill`
// passes the arguments after the second `--` to the runner.
import { mkdirSync, rmSync } from 'node:fs';
import { describeRuntime } from './lib/electron.mjs';
import { readOptions, refuse } from './lib/options.mjs';
import { inRoot, root } from './lib/paths.mjs';
import { prepare } from './lib/prepare.mjs';
import { stopCode, tidyUpBeforeStop } from './lib/run.mjs';
import { runSteps } from './lib/runSteps.mjs';
import { say } from './lib/say.mjs';
import { stepsFor } from './lib/testSteps.mjs';
import { countTests } from './lib/testResults.mjs';

const STEPS = stepsFor({ runtime: {} }).map(({ name }) => name);
const usage = `npm test -- [STEP …] [-- ARGUMENTS]

Checks and tests everything, or only the steps that are named: ${STEPS.join(', ')}.
Arguments after a second -- go to the runners of these steps, e.g. npm test -- e2e -- -g "kill -9".`;
const { positionals: own, passedOn } = readOptions({ usage, positionals: 'STEP', passesOn: 'the runners' });
// Otherwise a misspelt step would pass without testing anything.
const unknown = own.filter((wanted) => !STEPS.includes(wanted));
if (unknown.length) refuse(`No such step: ${unknown.join(', ')}.`, usage);

const { node, runtime } = await prepare({
  ...{ deps: true, build: true, runtime: 'installed', system: 'test', sqlite: true },
});
say(`Testing in ${describeRuntime(runtime)}.`);
const steps = stepsFor({ runtime }).filter(({ name }) => !own.length || own.includes(name));
if (passedOn.length && !steps.some(({ takesArguments }) => takesArguments))
  refuse(`${own.join(' and ')} takes no arguments.`, usage);
rmSync(inRoot('test-results'), { recursive: true, force: true });
mkdirSync(inRoot('test-results'), { recursive: true });

tidyUpBeforeStop();
const broken = await runSteps(steps, { node, cwd: root, env: { ...process.env, ...runtime.env }, passedOn });
if (stopCode()) {
  say('Stopped.');
  process.exit(stopCode());
}

const { passed, failed, skipped, failures, flaky } = countTests();
// Repeated at the end, for readers who see only the last page of a long log.
for (const { title, message } of failures) console.log(`\n✗ ${title}\n${message}`);
if (flaky.length) say(`Failed once and passed when repeated (mend these):\n  ${flaky.join('\n  ')}`);
if (broken.length) say(`Failed: ${broken.join(', ')}`);
say(`Tested in ${describeRuntime(runtime)}.`);
// A step can fail without a failing test (e.g. a type error): that counts too.
const failedInAll = Math.max(failed, broken.length);
console.log(`${passed} passed, ${failedInAll} failed${skipped ? `, ${skipped} skipped` : ''}`);
process.exit(failedInAll ? 1 : 0);
