import { vi } from 'vitest';

/** Asks again until `check` throws no more. The patience is for machines with other work; no time is measured by it. */
export function eventually<T>(check: () => T | Promise<T>, interval = 50): Promise<T> {
  return vi.waitFor(check, { timeout: 20_000, interval });
}
