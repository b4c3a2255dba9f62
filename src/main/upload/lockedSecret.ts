import type { Clock, Timer } from '../../shared/runtime';
import type { StoredConfig } from '../../upload/destination/configRules';

const EVERY_MS = 10_000;

/** While the keychain is locked, reads the settings again now and then: uploads continue once the secret can be read. */
export class LockedSecretWatch {
  private timer: Timer | null = null;
  private closed = false;

  constructor(
    private readonly clock: Pick<Clock, 'setTimeout' | 'clearTimeout'>,
    /** Asks the keychain for what was locked. */
    private readonly read: () => Promise<StoredConfig | null>,
  ) {}

  /** Call it with the settings whenever they were read or saved. */
  follow(stored: StoredConfig | null): void {
    if (this.timer !== null) this.clock.clearTimeout(this.timer);
    this.timer =
      stored?.locked && !this.closed ? this.clock.setTimeout(() => void this.look(), EVERY_MS) : null;
  }

  close(): void {
    this.closed = true;
    this.follow(null);
  }

  private async look(): Promise<void> {
    const stored = await this.read().catch(() => LOCKED);
    this.follow(stored);
  }
}

/** What cannot be read is asked for again. */
const LOCKED = { locked: { sessionToken: false } } as StoredConfig;
