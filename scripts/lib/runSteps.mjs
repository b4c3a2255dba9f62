import { run, stopCode } from './run.mjs';
import { say } from './say.mjs';

/**
 * Runs the steps one after another, each with the helpers that its `before` started, until they are done or a signal
 * asks to stop.
 * @param step `{ name, what, args, env?, before?, takesArguments? }`
 * @returns the names of the failed steps
 */
export async function runSteps(steps, { node, cwd, env, passedOn = [] }) {
  const broken = [];
  for (const step of steps) {
    const startedAt = performance.now();
    say(`── ${step.name}: ${step.what}`);
    const code = await runStep(step, { node, cwd, env, passedOn });
    if (stopCode()) break;
    if (code !== 0) broken.push(step.name);
    const seconds = Math.round((performance.now() - startedAt) / 1000);
    say(`── ${step.name}: ${code === 0 ? 'ok' : `FAILED (${code})`}, ${seconds} s`);
  }
  return broken;
}

async function runStep(step, { node, cwd, env, passedOn }) {
  const helpers = await step.before?.();
  try {
    if (stopCode()) return stopCode();
    const args = [...step.args, ...(step.takesArguments ? passedOn : [])];
    return await run(node, args, { cwd, env: { ...env, ...step.env, ...helpers?.env } });
  } finally {
    await helpers?.stop();
  }
}
