import { expect, test } from 'vitest';
import { makeBinder } from '../../src/main/bindCommand';
import { createNotices } from '../../src/main/notices';
import type { Reply } from '../../src/shared/appError';
import type { Notice } from '../../src/shared/contract';
import { SilentLog } from '../fakes/SilentLog';
import { countingRandom } from './upload/support';

function house() {
  const commands = new Map<string, (args: unknown[]) => Promise<Reply<unknown>>>();
  const bind = makeBinder({ handle: (name, _caller, run) => void commands.set(name, run) }, new SilentLog());
  const { report, withdraw } = createNotices({
    bind,
    windows: { broadcast: () => {} },
    random: countingRandom(),
  });
  const tell = async () => {
    const reply = (await commands.get('getNotices')!([])) as Reply<Notice[]>;
    return reply.ok ? reply.value : [];
  };
  const told = async () => (await tell()).map(({ error }) => error.action);
  const dismiss = (...ids: string[]) => commands.get('dismissNotices')!([ids]);
  return { report, withdraw, tell, told, dismiss };
}

const news = (action: string, details?: string) => ({ code: 'Recovered', message: 'm', action, details });

test('news of the same thing takes the place of the older', async () => {
  const { report, told } = house();
  report('info', news('being made', 'a'));
  report('info', news('being made', 'b'));
  report('info', news('made', 'a'));
  expect(await told()).toEqual(['being made', 'made']);
});

test('what is not so any more is taken away', async () => {
  const { report, withdraw, told } = house();
  report('warning', { code: 'DiskNearlyFull', message: 'm', action: 'free some space' });
  report('info', news('made', 'a'));
  withdraw('DiskNearlyFull');
  withdraw('DiskNearlyFull');
  expect(await told()).toEqual(['made']);
});

test('what names nothing is told each time', async () => {
  const { report, told } = house();
  report('info', news('one'));
  report('info', news('two'));
  expect(await told()).toEqual(['one', 'two']);
});

test('equal news of many things is one notice, with their number', async () => {
  const { report, tell } = house();
  for (let n = 1; n <= 230; n += 1) report('warning', news('look', `file ${n}`));
  const [notice, ...others] = await tell();
  expect(others).toEqual([]);
  expect(notice!.error.message).toBe('m (230 times)');
  expect(notice!.error.details).toMatch(/^file 1\nfile 2\n(.*\n)*file 50\n… and 180 more$/);
  report('info', news('mended', 'file 1'));
  expect((await tell()).map(({ error }) => error.message)).toEqual(['m (229 times)', 'm']);
});

test('there are never more than the newest fifty, and it is told that there were more', async () => {
  const { report, tell, dismiss } = house();
  for (let n = 1; n <= 1000; n += 1) report('error', { ...news('look'), message: `problem ${n}` });
  const all = await tell();
  expect(all).toHaveLength(51);
  expect(all[0]!.error.message).toBe('950 earlier notices are not shown any more.');
  expect(all.at(-1)!.error.message).toBe('problem 1000');
  await dismiss(all[0]!.id);
  expect(await tell()).toHaveLength(50);
});

test('a dismissed notice about many things is gone as a whole', async () => {
  const { report, tell, dismiss } = house();
  report('error', news('look', 'a'));
  report('error', news('look', 'b'));
  await dismiss((await tell())[0]!.id);
  expect(await tell()).toEqual([]);
});
