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

const all = process.env.FAULTS === 'all';
const seed = chooseSeed();
const scenarios = [
  ...networkScenarios,
  ...serverScenarios,
  ...diskScenarios,
  ...cancelScenarios,
  ...linkScenarios,
];
// By a name of its own: vitest shortens names it takes out of an object.
const chosen = scenarios
  .filter(({ short }) => all || short)
  .map((scenario) => [scenario.name, scenario] as const);
const MIB = 1024 * 1024;

describe.each(serversUnderTest)('faults before $name', ({ name, start }) => {
  let server: ServerUnderTest;
  beforeAll(async () => {
    server = await start();
    console.log(`Faults before ${name}: SEED=${seed} repeats this run.`);
  });
  afterAll(() => server.stop());

  test.for(chosen)('%s', { timeout: 300_000 }, async ([, scenario], { skip }) => {
    const leftOut = await scenario.leftOut?.();
    if (leftOut) {
      console.log(`${scenario.name}: left out, ${leftOut}`);
      skip(leftOut);
    }
    const { faults, bytesSent, bound, seconds } = await runScenario(scenario, server, seed);
    const mib = (bytes: number) => (bytes / MIB).toFixed(2).padStart(7);
    console.log(
      `${scenario.name.padEnd(58)} ${String(faults).padStart(3)} faults  ${mib(bytesSent)} MiB sent  ` +
        `at most ${mib(bound)}  ${seconds.toFixed(1)} s`,
    );
  });
});

if (all) describeSlowLink();
