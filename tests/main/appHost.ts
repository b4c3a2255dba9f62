import { createApp } from '../../src/main/createApp';
import { systemClock } from '../../src/lib/systemClock';
import type { Platform } from '../../src/main/platformPort';
import type { Reply } from '../../src/shared/appError';
import type { CommandName, Notice } from '../../src/shared/contract';
import { FakeRecorderPlatform } from '../fakes/FakeRecorderPlatform';
import { FakeSecretBox } from '../fakes/FakeSecretBox';
import { SilentLog } from '../fakes/SilentLog';

/** The whole app on a host without windows. */
export class Host {
  readonly log = new SilentLog();
  readonly recorder = new FakeRecorderPlatform(systemClock);
  readonly hidden = new Set<string>();
  readonly #onQuit: (() => Promise<void>)[] = [];
  readonly #commands = new Map<CommandName, (args: unknown[]) => Promise<Reply<unknown>>>();

  constructor(readonly userDataDir: string) {}

  start(more: Partial<Platform> = {}): Promise<void> {
    const platform: Platform = {
      ...this.recorder,
      userDataDir: this.userDataDir,
      env: {},
      log: this.log,
      hideSecret: (secret) => void this.hidden.add(secret),
      copyText: async () => {},
      secrets: new FakeSecretBox(),
      transport: { handle: (name, _caller, run) => void this.#commands.set(name, run) },
      onBeforeQuit: (run) => void this.#onQuit.push(run),
      ...more,
    };
    return createApp(platform).start();
  }

  call(name: CommandName, ...args: unknown[]): Promise<Reply<unknown>> {
    return this.#commands.get(name)!(args);
  }

  async notices(): Promise<Notice[]> {
    const reply = await this.call('getNotices');
    return reply.ok ? (reply.value as Notice[]) : [];
  }

  /** What a command gives where it is not refused. */
  async value<T>(name: CommandName, ...args: unknown[]): Promise<T> {
    const reply = await this.call(name, ...args);
    if (!reply.ok) throw new Error(reply.error.code);
    return reply.value as T;
  }

  async quit(): Promise<void> {
    for (const run of this.#onQuit) await run();
  }
}
