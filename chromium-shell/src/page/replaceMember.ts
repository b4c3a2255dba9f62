/** Replaces a page's function or class, if it exists. */
export function replaceMember(
  target: object | undefined,
  name: string,
  make: (native: (...args: never[]) => unknown) => unknown,
): void {
  const native = target && (Reflect.get(target, name) as ((...args: never[]) => unknown) | undefined);
  if (!native) return;
  Object.defineProperty(target, name, {
    configurable: true,
    enumerable: true,
    writable: true,
    value: make(native),
  });
}
