import type { Page } from '@playwright/test';
import type { AppError, Reply } from '../../src/shared/appError';
import type { CommandName, CommandResult, EventName, Events } from '../../src/shared/contract';

/** What each command answers; one left out is under way until `FakeMain.answer` names it. */
export type Replies = { [N in CommandName]?: Reply<CommandResult<N>> };

type Fake = {
  calls: unknown[][];
  replies: Replies;
  answer: (more: Replies) => void;
  emit: (name: string, payload: unknown) => void;
};
type FakeWindow = Window & { fake: Fake };

/** Stands where the preload's bridge stands. Runs in the page, so it may use nothing from outside itself. */
function install(replies: Replies): void {
  const listeners = new Map<string, Set<(payload: unknown) => void>>();
  let waiting: { name: CommandName; settle: (reply: unknown) => void }[] = [];
  const fake: Fake = {
    calls: [],
    replies,
    answer: (more) => {
      Object.assign(replies, more);
      for (const { name, settle } of waiting) if (replies[name]) settle(structuredClone(replies[name]));
      waiting = waiting.filter(({ name }) => !replies[name]);
    },
    emit: (name, payload) => listeners.get(name)?.forEach((listener) => listener(payload)),
  };
  const call = new Proxy(
    {},
    {
      get:
        (_target, name: CommandName) =>
        (...args: unknown[]) => {
          fake.calls.push([name, ...args]);
          const reply = fake.replies[name];
          if (reply) return Promise.resolve(structuredClone(reply));
          return new Promise((settle) => waiting.push({ name, settle }));
        },
    },
  );
  const on = (name: string, listener: (payload: unknown) => void) => {
    const set = listeners.get(name) ?? new Set();
    listeners.set(name, set.add(listener));
    return () => set.delete(listener);
  };
  Object.assign(window, { fake, sessionRecorder: { call, on } });
}

/** A script that puts a bridge answering `replies` into the page; to be run before the page's own. */
export function fakeBridgeScript(replies: Replies): string {
  return `(${install.toString()})(${JSON.stringify(replies)})`;
}

/** The test's side of the bridge in a page. */
export class FakeMain {
  readonly #page: Page;
  constructor(page: Page) {
    this.#page = page;
  }

  /** Pushes an event, as main would. */
  async emit<N extends EventName>(name: N, payload: Events[N]): Promise<void> {
    await this.#page.evaluate(([event, data]) => (window as unknown as FakeWindow).fake.emit(event, data), [
      name,
      payload,
    ] as const);
  }

  /** Pushes several payloads of one event at once, so that no page is drawn between them. */
  async emitAll<N extends EventName>(name: N, payloads: Events[N][]): Promise<void> {
    await this.#page.evaluate(
      ([event, all]) => all.forEach((data) => (window as unknown as FakeWindow).fake.emit(event, data)),
      [name, payloads] as const,
    );
  }

  /** Changes what a command answers from now on. */
  async answer(replies: Replies): Promise<void> {
    await this.#page.evaluate((more) => {
      (window as unknown as FakeWindow).fake.answer(more);
    }, replies);
  }

  /** The arguments of every call of `name` so far. */
  async calls(name: CommandName): Promise<unknown[][]> {
    const all = await this.#page.evaluate(() => (window as unknown as FakeWindow).fake.calls);
    return all.filter(([called]) => called === name).map(([, ...args]) => args);
  }
}

export function ok<T>(value: T): Reply<T> {
  return { ok: true, value };
}

export function refused(error: AppError): Reply<never> {
  return { ok: false, error };
}
