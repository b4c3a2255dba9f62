import type { Clock } from '../../shared/runtime';
import type { StoredConfig } from '../../upload/destination/configRules';
import { WakeTimer } from '../../upload/queue/wakeTimer';

const EVERY_MS = 10_000;

/** While the keychain is locked, rereads the settings periodically: uploads continue once the secret can be read. */
export class LockedSecretWatch {
  private readonly timer: WakeTimer;
  private closed = false;

  constructor(
    private readonly clock: Clock,
    /** Asks the keychain for the locked secret. */
    private readonly read: () => Promise<StoredConfig | null>,
  ) {
    this.timer = new WakeTimer(clock, () => void this.look());
  }

  /** Call it with the settings after each read and save. */
  follow(stored: Pick<StoredConfig, 'locked'> | null): void {
    this.timer.set(stored?.locked && !this.closed ? this.clock.now() + EVERY_MS : null);
  }

  close(): void {
    this.closed = true;
    this.timer.set(null);
  }

  private async look(): Promise<void> {
    this.follow(await this.read().catch(() => UNREADABLE));
  }
}

/** Settings that cannot be read are retried. */
const UNREADABLE = { locked: { sessionToken: false } };
