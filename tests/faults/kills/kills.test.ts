import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chooseSeed, makeDice } from '../dice';
import { RuleBook } from '../proxy/rules';
import { MIB, PART_BYTES } from '../scenario';
import { STATE_STORES } from '../keptStates';
import { serversUnderTest, type ServerUnderTest } from '../servers';
import type { Death } from './dyingStates';
import { uploadUnderKills, type Kill, type KillFigures } from './killRun';

const all = process.env.FAULTS === 'all';
const seed = chooseSeed();
const timeout = 600_000;

const places = serversUnderTest.flatMap((server) => STATE_STORES.map((states) => ({ ...server, states })));

describe.each(places)('kill -9, before $name, states in $states', ({ name, start, states }) => {
  let server: ServerUnderTest;
  const dice = makeDice(seed);
  beforeAll(async () => {
    server = await start();
    console.log(`Kills before ${name}, states in ${states}: SEED=${seed} repeats this run.`);
  });
  afterAll(() => server.stop());

  test('at random bytes', { timeout }, async () => {
    for (let runs = all ? 8 : 1; runs > 0; runs--) {
      const bytes = dice.between(0, 4 * PART_BYTES);
      print(`at ${bytes} bytes`, await uploadUnderKills(server, states, dice, [killAtBytes(bytes)]));
    }
  });

  if (all)
    test('again and again', { timeout }, async () => {
      const kills = Array.from({ length: 6 }, () => killAtBytes(dice.between(1, 4 * MIB)));
      print('six times', await uploadUnderKills(server, states, dice, kills));
    });

  test('after Complete and before its reply: not one byte is sent again', { timeout }, async () => {
    const figures = await uploadUnderKills(server, states, dice, [killAfterComplete()]);
    expect(figures.kills).toBe(1);
    expect(figures.bytesResent).toBe(0);
    print('after Complete', figures);
  });

  test(all ? 'at every write of state' : 'at two writes of state', { timeout }, async () => {
    const { writes } = await uploadUnderKills(server, states, dice, []);
    const every = Array.from({ length: writes }, (_, index): Death[] => [
      { atWrite: index + 1, when: 'before' },
      { atWrite: index + 1, when: 'after' },
    ]).flat();
    const chosen = all ? every : [pick(every), pick(every)];
    for (const death of chosen)
      print(
        `${death.when} write ${death.atWrite}`,
        await uploadUnderKills(server, states, dice, [{ death }]),
      );
  });

  function pick(deaths: Death[]): Death {
    return deaths[dice.between(0, deaths.length - 1)]!;
  }
});

/** When so many bytes came up since the process began. */
function killAtBytes(bytes: number): Kill {
  return {
    arm(run, child) {
      const goal = run.proxy.bytes() + bytes;
      run.proxy.onBytes = (total) => void (total >= goal && child.kill('SIGKILL'));
    },
  };
}

function killAfterComplete(): Kill {
  return {
    arm(run, child) {
      const meanwhile = () => void child.kill('SIGKILL');
      const damage = { kind: 'loseReply', meanwhile } as const;
      run.proxy.book = new RuleBook([{ on: ['CompleteMultipartUpload'], damage }]);
    },
  };
}

function print(what: string, { kills, bytesSent, bytesResent, bound }: KillFigures): void {
  const mib = (bytes: number) => (bytes / MIB).toFixed(2);
  console.log(
    `kill ${what}: ${kills} kills, ${mib(bytesSent)} MiB sent, ${mib(bytesResent)} again, at most ${mib(bound)}`,
  );
}
