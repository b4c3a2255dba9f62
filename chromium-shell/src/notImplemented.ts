import { EventEmitter } from 'node:events';
import { platform, type ElectronPlatform } from './system.ts';

/** Members that Electron has on some systems only; on the others they are `undefined`. */
export type Availability = Readonly<Record<string, readonly ElectronPlatform[]>>;

/** Names that runtimes and test tools probe on any object; `undefined` is correct for them. */
const probed = new Set([
  'then',
  'toJSON',
  'constructor',
  'inspect',
  'nodeType',
  'asymmetricMatch',
  '$$typeof',
  'default',
  '__esModule',
  'domain',
]);

function isProbe(key: string): boolean {
  return probed.has(key) || key.startsWith('_') || /^\d/.test(key);
}

/** Placed at the end of a prototype chain, so that private fields and `this` are unaffected. */
function guardedBase(base: object, label: string, absent: ReadonlySet<string>): object {
  return new Proxy(base, {
    get(target, key, receiver) {
      if (key in target) return Reflect.get(target, key, receiver);
      if (typeof key === 'symbol' || isProbe(key) || absent.has(key)) return undefined;
      throw new Error(`${label}.${key} is not implemented in the Chromium shell`);
    },
  });
}

/** Removes the members that this system's Electron lacks; returns their names. */
function takeAway(members: object, availability: Availability): ReadonlySet<string> {
  const absent = Object.keys(availability).filter((name) => !availability[name]!.includes(platform));
  for (const name of absent) Reflect.deleteProperty(members, name);
  return new Set(absent);
}

/** Makes reading an unknown member of a class's instances throw instead of returning `undefined`. */
export function guardClass(
  ctor: { prototype: object },
  label: string,
  availability: Availability = {},
): void {
  const absent = takeAway(ctor.prototype, availability);
  const base = Object.getPrototypeOf(ctor.prototype) as object;
  const end = base === EventEmitter.prototype ? base : Object.prototype;
  Object.setPrototypeOf(ctor.prototype, guardedBase(end, label, absent));
}

/** Like `guardClass`, for a plain object of members. */
export function guardObject<T extends object>(members: T, label: string, availability: Availability = {}): T {
  const absent = takeAway(members, availability);
  const proto = Object.getPrototypeOf(members) as object;
  return Object.setPrototypeOf(members, guardedBase(proto, label, absent)) as T;
}

/** A function that Electron deprecates: warns once, as Electron does. */
export function deprecated<F extends (...args: never[]) => unknown>(
  name: string,
  instead: string,
  run: F,
): F {
  let isTold = false;
  const warning = `(electron) '${name}' is deprecated and will be removed. Please use '${instead}' instead.`;
  const warns = (...args: Parameters<F>) => {
    if (!isTold) console.warn(warning);
    isTold = true;
    return run(...args);
  };
  return Object.assign(warns, { isDeprecated: true }) as unknown as F;
}
