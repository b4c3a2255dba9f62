/** Random choices that a seed repeats. */
export type Dice = {
  /** A whole number from `min` up to and including `max`. */
  between(min: number, max: number): number;
  /** True about `share` of the time; `share` from 0 to 1. */
  chance(share: number): boolean;
};

/** mulberry32: small, fast, and good enough to scatter faults. */
export function makeDice(seed: number): Dice {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    between: (min, max) => min + Math.floor(next() * (max - min + 1)),
    chance: (share) => next() < share,
  };
}

/** `SEED` of the environment, or one of its own for each run. */
export function chooseSeed(): number {
  const given = process.env.SEED;
  if (given === undefined || given === '') return Math.floor(Math.random() * 2 ** 31);
  if (!/^\d+$/.test(given)) throw new Error(`SEED must be a whole number, not “${given}”`);
  return Number(given);
}
