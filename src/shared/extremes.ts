/** The largest of `values` and `atLeast`. `Math.max(...values)` overflows the stack at some 100,000 values. */
export function largest(values: Iterable<number>, atLeast = -Infinity): number {
  let found = atLeast;
  for (const value of values) if (value > found) found = value;
  return found;
}

/** The smallest of `values` and `atMost`. */
export function smallest(values: Iterable<number>, atMost = Infinity): number {
  let found = atMost;
  for (const value of values) if (value < found) found = value;
  return found;
}
