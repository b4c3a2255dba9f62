/** Those of `names` that `others` lacks, in order. Lists from a folder may be long: one look for each. */
export function without(names: readonly string[], others: Iterable<string>): string[] {
  const known = new Set(others);
  return names.filter((name) => !known.has(name));
}
