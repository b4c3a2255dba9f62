import { makeDice } from './dice';
import { globalPass, type Figures } from './globalPass';
import { Run } from './Run';
import type { Scenario } from './scenario';
import type { StateStoreName } from './keptStates';
import type { ServerUnderTest } from './servers';

/** Runs one scenario against one server and checks what must hold after every run. */
export async function runScenario(
  scenario: Scenario,
  server: ServerUnderTest,
  stateStore: StateStoreName,
  seed: number,
): Promise<Figures & { seconds: number }> {
  const startedAt = performance.now();
  const dice = makeDice(seed);
  const run = await Run.prepare(scenario, server, dice, stateStore);
  try {
    await run.startApp();
    if (scenario.steps) await scenario.steps(run, dice);
    else {
      await run.upload();
      await run.until(scenario.ends ?? 'done');
    }
    const figures = await globalPass(run);
    return { ...figures, seconds: (performance.now() - startedAt) / 1000 };
  } finally {
    await run.finish();
  }
}
