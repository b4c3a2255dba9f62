/** The `names` that are not in `others`, in order. Uses a Set, because lists from a folder may be long. */
export function without(names: readonly string[], others: Iterable<string>): string[] {
  const known = new Set(others);
  return names.filter((name) => !known.has(name));
}
