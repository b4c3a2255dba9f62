import { afterAll, beforeAll, describe, test } from 'vitest';
import { chooseSeed } from './dice';
import { describeSlowLink } from './slowLink/describeSlowLink';
import { runScenario } from './runScenario';
import { cancelScenarios } from './scenarios/cancel';
import { diskScenarios } from './scenarios/disk';
import { linkScenarios } from './scenarios/links';
import { networkScenarios } from './scenarios/network';
import { serverScenarios } from './scenarios/server';
import { serversUnderTest, type ServerUnderTest } from './servers';
import { STATE_STORES, type StateStoreName } from './keptStates';
import type { Scenario } from './scenario';

const all = process.env.FAULTS === 'all';
const seed = chooseSeed();
const scenarios = [
  ...networkScenarios,
  ...serverScenarios,
  ...diskScenarios,
  ...cancelScenarios,
  ...linkScenarios,
];
/** In short: what differs with the store is what happens to this computer's disk. */
const isChosen = (scenario: Scenario, states: StateStoreName) => {
  if (states === 'upload-state.json') return all || scenario.short;
  // Links know nothing of the store, and read the JSON file.
  return all ? !linkScenarios.includes(scenario) : scenario.short && diskScenarios.includes(scenario);
};
// By a name of its own: vitest shortens names it takes out of an object.
const chosen = (states: StateStoreName) =>
  scenarios
    .filter((scenario) => isChosen(scenario, states))
    .map((scenario) => [scenario.name, scenario] as const);
const MIB = 1024 * 1024;

const places = serversUnderTest.flatMap((server) => STATE_STORES.map((states) => ({ ...server, states })));

describe.each(places)('faults before $name, states in $states', ({ name, start, states }) => {
  let server: ServerUnderTest;
  beforeAll(async () => {
    server = await start();
    console.log(`Faults before ${name}, states in ${states}: SEED=${seed} repeats this run.`);
  });
  afterAll(() => server.stop());

  test.for(chosen(states))('%s', { timeout: 300_000 }, async ([, scenario], { skip }) => {
    const leftOut = await scenario.leftOut?.();
    if (leftOut) {
      console.log(`${scenario.name}: left out, ${leftOut}`);
      skip(leftOut);
    }
    const { faults, bytesSent, bound, seconds } = await runScenario(scenario, server, states, seed);
    const mib = (bytes: number) => (bytes / MIB).toFixed(2).padStart(7);
    console.log(
      `${scenario.name.padEnd(58)} ${String(faults).padStart(3)} faults  ${mib(bytesSent)} MiB sent  ` +
        `at most ${mib(bound)}  ${seconds.toFixed(1)} s`,
    );
  });
});

if (all) describeSlowLink();
