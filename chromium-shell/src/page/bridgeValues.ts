/** Values that cross between the page's world and the preload's: data by copy, functions and promises by id. */
export type BridgedValue =
  | ['data', unknown]
  | ['error', string, string | undefined]
  | ['array', BridgedValue[]]
  | ['same', number]
  | ['object', number, [string, BridgedValue][]]
  | ['promise', number]
  | ['function', number, string];

const deepest = 1000;

/** The operations that a value needs from its side of the bridge. */
export type BridgeEnd = {
  offerFunction(f: (...args: unknown[]) => unknown): number;
  offerPromise(promise: Promise<unknown>): number;
  remoteFunction(id: number, name: string): unknown;
  remotePromise(id: number): Promise<unknown>;
};

export function isPlainObject(value: unknown): value is Record<string, unknown> {
  return Object.prototype.toString.call(value) === '[object Object]';
}

export function packValue(
  value: unknown,
  end: BridgeEnd,
  depth = 0,
  seen = new Map<object, number>(),
): BridgedValue {
  if (depth > deepest) {
    throw new TypeError(
      'Electron contextBridge recursion depth exceeded.  Nested objects deeper than 1000 are not supported.',
    );
  }
  if (typeof value === 'function') {
    return ['function', end.offerFunction(value as (...args: unknown[]) => unknown), value.name];
  }
  if (typeof value === 'symbol') return ['data', undefined];
  if (value === null || typeof value !== 'object') return ['data', value];
  if (value instanceof Promise) return ['promise', end.offerPromise(value)];
  if (value instanceof Error) return ['error', value.message, value.stack];
  if (Array.isArray(value)) return ['array', value.map((item) => packValue(item, end, depth + 1, seen))];
  if (isPlainObject(value)) return packObject(value, end, depth, seen);
  if (value instanceof Node)
    throw new TypeError('DOM nodes do not cross contextBridge in the Chromium shell');
  structuredClone(value); // throws DataCloneError; the event would carry null
  return ['data', value];
}

function packObject(
  value: Record<string, unknown>,
  end: BridgeEnd,
  depth: number,
  seen: Map<object, number>,
): BridgedValue {
  const known = seen.get(value);
  if (known !== undefined) return ['same', known];
  const index = seen.size;
  seen.set(value, index);
  return [
    'object',
    index,
    Object.keys(value).map((key) => [key, packValue(value[key], end, depth + 1, seen)]),
  ];
}

export function unpackValue(packed: BridgedValue, end: BridgeEnd, seen: unknown[] = []): unknown {
  switch (packed[0]) {
    case 'data':
      return packed[1];
    case 'error': {
      const error = new Error(packed[1]);
      if (packed[2]) error.stack = packed[2];
      return error;
    }
    case 'array':
      return packed[1].map((item) => unpackValue(item, end, seen));
    case 'same':
      return seen[packed[1]];
    case 'object': {
      const made: Record<string, unknown> = {};
      seen[packed[1]] = made;
      for (const [key, item] of packed[2]) {
        // defineProperty: a key "__proto__" is data, never a prototype.
        const value = unpackValue(item, end, seen);
        Object.defineProperty(made, key, { value, enumerable: true, writable: true, configurable: true });
      }
      return made;
    }
    case 'promise':
      return end.remotePromise(packed[1]);
    case 'function':
      return end.remoteFunction(packed[1], packed[2]);
  }
}

/** contextBridge freezes its API objects deeply. */
export function deepFreeze<T>(value: T): T {
  if ((isPlainObject(value) || Array.isArray(value)) && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(deepFreeze);
  }
  return value;
}
