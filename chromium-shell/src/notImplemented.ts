import { EventEmitter } from 'node:events';

/** Names that runtimes and test tools probe on any object; answering `undefined` is right for them. */
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

/** Sits at the end of a prototype chain, so that private fields and `this` stay what they are. */
function guardedBase(base: object, label: string): object {
  return new Proxy(base, {
    get(target, key, receiver) {
      if (key in target) return Reflect.get(target, key, receiver);
      if (typeof key === 'symbol' || isProbe(key)) return undefined;
      throw new Error(`${label}.${key} is not implemented in the Chromium shell`);
    },
  });
}

/** Makes reading an unknown member of a class's instances throw instead of giving `undefined`. */
export function guardClass(ctor: { prototype: object }, label: string): void {
  const base = Object.getPrototypeOf(ctor.prototype) as object;
  const end = base === EventEmitter.prototype ? base : Object.prototype;
  Object.setPrototypeOf(ctor.prototype, guardedBase(end, label));
}

/** The same for a plain object of members. */
export function guardObject<T extends object>(members: T, label: string): T {
  const proto = Object.getPrototypeOf(members) as object;
  return Object.setPrototypeOf(members, guardedBase(proto, label)) as T;
}
