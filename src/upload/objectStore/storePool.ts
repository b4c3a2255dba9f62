import { isDeepStrictEqual } from 'node:util';
import type { UploadConfig } from '../../shared/upload';
import type { Clock, Timer } from '../../shared/runtime';
import type { ObjectStore } from './objectStore';

export type CreateStore = (config: UploadConfig) => ObjectStore;

/**
 * A leased store. `discard` removes it from the pool: its sockets, keys or certificates may be the cause of a failure.
 */
export type StoreLease = { store: ObjectStore; release(): void; discard(): void };

/** Long enough for the next file of a queue, short enough that an idle app holds no connections. */
const IDLE_MS = 60_000;

type Pooled = {
  config: Partial<UploadConfig>;
  store: ObjectStore;
  leases: number;
  discarded: boolean;
  idle: Timer | null;
};

/**
 * Keeps one store per set of connection settings, so that files share its client, sockets and TLS sessions. A store
 * closes a minute after its last lease ended; a discarded one closes with its last lease.
 */
export class StorePool {
  private readonly stores = new Set<Pooled>();
  private closed = false;

  constructor(
    private readonly createStore: CreateStore,
    private readonly clock: Pick<Clock, 'setTimeout' | 'clearTimeout'>,
  ) {}

  /** @throws the error of `createStore` */
  lease(config: UploadConfig): StoreLease {
    const wanted = connectionOf(config);
    const known = [...this.stores].find((one) => !one.discarded && isDeepStrictEqual(one.config, wanted));
    const pooled = known ?? this.add(config, wanted);
    if (pooled.idle) this.clock.clearTimeout(pooled.idle);
    pooled.idle = null;
    pooled.leases += 1;
    let isOver = false;
    const end = (discards: boolean) => {
      if (isOver) return;
      isOver = true;
      this.giveBack(pooled, discards);
    };
    return { store: pooled.store, release: () => end(false), discard: () => end(true) };
  }

  /** Runs `use` with a store; discards the store if `use` rejects. @throws the error of `use` */
  async use<T>(config: UploadConfig, use: (store: ObjectStore) => Promise<T>): Promise<T> {
    const lease = this.lease(config);
    try {
      const result = await use(lease.store);
      lease.release();
      return result;
    } finally {
      lease.discard();
    }
  }

  /** Uses new stores from now on, for example after sleep: the network may have silently dropped every connection. */
  renew(): void {
    for (const pooled of this.stores) {
      pooled.discarded = true;
      this.closeUnused(pooled);
    }
  }

  /** Closes every store without a lease now, and the others when their leases end. */
  close(): void {
    this.closed = true;
    this.renew();
  }

  private add(config: UploadConfig, wanted: Partial<UploadConfig>): Pooled {
    const store = this.createStore(config);
    const pooled = { config: wanted, store, leases: 0, discarded: this.closed, idle: null };
    this.stores.add(pooled);
    return pooled;
  }

  private giveBack(pooled: Pooled, discards: boolean): void {
    pooled.leases -= 1;
    pooled.discarded ||= discards;
    if (pooled.leases > 0) return;
    if (pooled.discarded) this.closeUnused(pooled);
    else pooled.idle = this.clock.setTimeout(() => this.closeUnused(pooled), IDLE_MS);
  }

  private closeUnused(pooled: Pooled): void {
    if (pooled.leases > 0 || !this.stores.delete(pooled)) return;
    if (pooled.idle) this.clock.clearTimeout(pooled.idle);
    pooled.store.close();
  }
}

/** The settings that determine a store. The others are about single uploads. */
function connectionOf(config: UploadConfig): Partial<UploadConfig> {
  const {
    keyPrefix: _prefix,
    maxRetries: _retries,
    partSizeBytes: _size,
    maxBytesPerSecond: _limit,
    ...connection
  } = config;
  return connection;
}
