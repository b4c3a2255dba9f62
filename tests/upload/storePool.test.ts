import { describe, expect, it } from 'vitest';
import { StorePool } from '../../src/upload/objectStore/storePool';
import type { UploadConfig } from '../../src/shared/upload';
import { FakeClock } from '../fakes/FakeClock';
import { MemoryObjectStore } from '../fakes/MemoryObjectStore';
import { testConfig } from '../main/upload/support';

function makePool() {
  const clock = new FakeClock();
  const made: { config: UploadConfig; store: MemoryObjectStore; closed: number }[] = [];
  const pool = new StorePool((config) => {
    const store = new MemoryObjectStore();
    const entry = { config, store, closed: 0 };
    store.close = () => void (entry.closed += 1);
    made.push(entry);
    return store;
  }, clock);
  return { pool, clock, made, closed: () => made.map(({ closed }) => closed) };
}

describe('the pool of stores', () => {
  it('lends one store to all files with the same connection', () => {
    const { pool, made } = makePool();
    const first = pool.lease(testConfig);
    const second = pool.lease({ ...testConfig, keyPrefix: 'elsewhere/', partSizeBytes: 1, maxRetries: 99 });
    expect(second.store).toBe(first.store);
    expect(made).toHaveLength(1);
  });

  it.each([
    ['bucket', { bucket: 'other' }],
    ['endpoint', { endpoint: 'https://s3.example.com' }],
    ['secret', { secretAccessKey: 'another-secret' }],
    ['certificate authority', { caFile: '/ca.pem' }],
    ['encryption', { encryption: 'sse-s3' }],
    ['tags', { objectTags: { team: 'a' } }],
  ] as const)('makes another store for another %s', (_what, other) => {
    const { pool, made } = makePool();
    const first = pool.lease(testConfig);
    expect(pool.lease({ ...testConfig, ...other }).store).not.toBe(first.store);
    expect(made).toHaveLength(2);
  });

  it('keeps a store for a minute after its last lease, then closes it', () => {
    const { pool, clock, made, closed } = makePool();
    pool.lease(testConfig).release();
    clock.advance(59_000);
    pool.lease(testConfig).release();
    clock.advance(59_000);
    expect(made).toHaveLength(1);
    expect(closed()).toEqual([0]);
    clock.advance(1000);
    expect(closed()).toEqual([1]);
    pool.lease(testConfig);
    expect(made).toHaveLength(2);
  });

  it('does not close a store that another lease still uses', () => {
    const { pool, clock, closed } = makePool();
    const first = pool.lease(testConfig);
    pool.lease(testConfig).release();
    clock.advance(600_000);
    expect(closed()).toEqual([0]);
    first.discard();
    expect(closed()).toEqual([1]);
  });

  it('does not lend a store again that failed', async () => {
    const { pool, made, closed } = makePool();
    const other = pool.lease(testConfig);
    await expect(pool.use(testConfig, () => Promise.reject(new Error('no way')))).rejects.toThrow('no way');
    expect(pool.lease(testConfig).store).toBe(made[1]!.store);
    expect(closed()).toEqual([0, 0]);
    other.release();
    expect(closed()).toEqual([1, 0]);
  });

  it('ends a lease once, however often it is told to', () => {
    const { pool, closed } = makePool();
    const first = pool.lease(testConfig);
    const second = pool.lease(testConfig);
    first.discard();
    first.release();
    first.discard();
    expect(closed()).toEqual([0]);
    second.release();
    expect(closed()).toEqual([1]);
  });

  it('makes new connections after the computer slept', () => {
    const { pool, made, closed } = makePool();
    const running = pool.lease(testConfig);
    pool.lease({ ...testConfig, bucket: 'idle' }).release();
    pool.renew();
    expect(closed()).toEqual([0, 1]);
    expect(pool.lease(testConfig).store).toBe(made[2]!.store);
    running.release();
    expect(closed()).toEqual([1, 1, 0]);
  });

  it('closes what is idle at its end, and what is on loan when it comes back', () => {
    const { pool, closed } = makePool();
    const running = pool.lease(testConfig);
    pool.lease({ ...testConfig, bucket: 'idle' }).release();
    pool.close();
    expect(closed()).toEqual([0, 1]);
    const late = pool.lease(testConfig);
    running.release();
    late.release();
    expect(closed()).toEqual([1, 1, 1]);
  });
});
