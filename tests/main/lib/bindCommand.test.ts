import { describe, expect, test } from 'vitest';
import { AppFailure, type Reply } from '../../../src/shared/appError';
import type { CommandName } from '../../../src/shared/contract';
import { makeBinder } from '../../../src/main/bindCommand';

function bound() {
  const handlers = new Map<CommandName, (args: unknown[]) => Promise<Reply<unknown>>>();
  const logged: string[] = [];
  const log = { info() {}, warn() {}, error: (message: string) => void logged.push(message) };
  const transport = {
    handle: (name: CommandName, _caller: unknown, run: (args: unknown[]) => Promise<Reply<unknown>>) =>
      void handlers.set(name, run),
  };
  return {
    bind: makeBinder(transport, log),
    call: (name: CommandName, ...args: unknown[]) => handlers.get(name)!(args),
    logged,
  };
}

describe('a bound command', () => {
  test('gets parsed arguments and answers the value', async () => {
    const { bind, call } = bound();
    bind('uploadSession', (sessionId) => void expect(sessionId).toBe('20260131-142530-9f3a'));
    expect(await call('uploadSession', '20260131-142530-9f3a')).toEqual({ ok: true, value: undefined });
  });

  test.each([[['../../etc/passwd']], [[]], [[42]], [['20260131-142530-9f3a', 'more']]])(
    'refuses %j without running',
    async (args) => {
      const { bind, call } = bound();
      let ran = false;
      bind('deleteSession', () => void (ran = true));
      expect(await call('deleteSession', ...args)).toMatchObject({
        ok: false,
        error: { code: 'BadArguments' },
      });
      expect(ran).toBe(false);
    },
  );

  test('passes a failure on in its own words', async () => {
    const { bind, call, logged } = bound();
    const error = { code: 'NotExported', message: 'Not exported yet.', action: 'Export it first.' };
    bind('uploadSession', () => {
      throw new AppFailure(error);
    });
    expect(await call('uploadSession', '20260131-142530-9f3a')).toEqual({ ok: false, error });
    expect(logged).toEqual([]);
  });

  test('names an unforeseen error as our own and logs it', async () => {
    const { bind, call, logged } = bound();
    bind('listSessions', () => Promise.reject(new TypeError('x is undefined')));
    const reply = await call('listSessions');
    expect(reply).toMatchObject({
      ok: false,
      error: { code: 'Internal', details: 'TypeError: x is undefined' },
    });
    expect(logged).toHaveLength(1);
  });
});
