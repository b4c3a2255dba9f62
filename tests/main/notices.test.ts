import { expect, test } from 'vitest';
import { makeBinder } from '../../src/main/lib/bindCommand';
import { createNotices } from '../../src/main/notices';
import type { Reply } from '../../src/shared/appError';
import type { Notice } from '../../src/shared/contract';
import { SilentLog } from '../fakes/SilentLog';
import { countingRandom } from './upload/support';

function house() {
  const commands = new Map<string, (args: unknown[]) => Promise<Reply<unknown>>>();
  const bind = makeBinder({ handle: (name, _caller, run) => void commands.set(name, run) }, new SilentLog());
  const { report } = createNotices({ bind, windows: { broadcast: () => {} }, random: countingRandom() });
  const told = async () => {
    const reply = (await commands.get('getNotices')!([])) as Reply<Notice[]>;
    return reply.ok ? reply.value.map(({ error }) => error.action) : [];
  };
  return { report, told };
}

const news = (action: string, details?: string) => ({ code: 'Recovered', message: 'm', action, details });

test('news of the same thing takes the place of the older', async () => {
  const { report, told } = house();
  report('info', news('being made', 'a'));
  report('info', news('being made', 'b'));
  report('info', news('made', 'a'));
  expect(await told()).toEqual(['being made', 'made']);
});

test('what names nothing is told each time', async () => {
  const { report, told } = house();
  report('info', news('one'));
  report('info', news('two'));
  expect(await told()).toEqual(['one', 'two']);
});
