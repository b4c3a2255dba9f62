/**
 * Encodes structured-clone values as JSON text and back; runs in Node and, injected, in the preload's world. Call
 * `structuredClone` first: it throws for values that cannot be cloned and drops prototypes. The text is [root, nodes]:
 * a value is itself, or a mark {n}, {u}, {b}, or {r: index of a node}.
 */
export type Base64 = { encode(bytes: Uint8Array): string; decode(text: string): Uint8Array<ArrayBuffer> };

type Mark = { n: string } | { u: 1 } | { b: string } | { r: number };
type Coded = null | string | boolean | number | Mark;
type CodedNode = [kind: string, ...parts: unknown[]];

const errorClasses: Record<string, ErrorConstructor> = {
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
} as unknown as Record<string, ErrorConstructor>;

class ValueEncoder {
  readonly nodes: CodedNode[] = [];
  readonly #seen = new Map<object, number>();
  readonly #base64: Base64;

  constructor(base64: Base64) {
    this.#base64 = base64;
  }

  encode(value: unknown): Coded {
    if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
    if (typeof value === 'number') return encodeNumber(value);
    if (value === undefined) return { u: 1 };
    if (typeof value === 'bigint') return { b: String(value) };
    if (typeof value !== 'object') throw new Error('An object could not be cloned.');
    const known = this.#seen.get(value);
    if (known !== undefined) return { r: known };
    const index = this.nodes.push(['']) - 1;
    this.#seen.set(value, index);
    this.nodes[index] = this.#node(value);
    return { r: index };
  }

  #node(value: object): CodedNode {
    const tag = Object.prototype.toString.call(value).slice(8, -1);
    if (ArrayBuffer.isView(value)) {
      return [
        'view',
        tag,
        this.#base64.encode(new Uint8Array(value.buffer, value.byteOffset, value.byteLength)),
      ];
    }
    if (value instanceof Map) return ['map', [...value].map(([k, v]) => [this.encode(k), this.encode(v)])];
    if (value instanceof Set) return ['set', [...value].map((v) => this.encode(v))];
    switch (tag) {
      case 'Array':
        return ['array', (value as unknown[]).length, this.#entries(value)];
      case 'ArrayBuffer':
        return ['buffer', this.#base64.encode(new Uint8Array(value as ArrayBuffer))];
      case 'Date':
        return ['date', encodeNumber((value as Date).getTime())];
      case 'RegExp':
        return ['regexp', (value as RegExp).source, (value as RegExp).flags];
      case 'Error':
        return this.#error(value as Error);
      case 'Boolean':
      case 'Number':
      case 'String':
      case 'BigInt':
        return ['wrapped', this.encode(value.valueOf())];
      case 'Object':
        return ['object', this.#entries(value)];
      default:
        throw new Error('An object could not be cloned.');
    }
  }

  #entries(value: object): [string, Coded][] {
    return Object.entries(value).map(([key, v]) => [key, this.encode(v)]);
  }

  #error(error: Error): CodedNode {
    const cause = 'cause' in error ? [this.encode(error.cause)] : [];
    return ['error', error.name, error.message, error.stack, cause];
  }
}

function encodeNumber(value: number): Coded {
  if (Object.is(value, -0)) return { n: '-0' };
  return Number.isFinite(value) ? value : { n: String(value) };
}

class ValueDecoder {
  readonly #nodes: CodedNode[];
  readonly #base64: Base64;
  readonly #made = new Map<number, unknown>();

  constructor(nodes: CodedNode[], base64: Base64) {
    this.#nodes = nodes;
    this.#base64 = base64;
  }

  decode(value: Coded): unknown {
    if (value === null || typeof value !== 'object') return value;
    if ('n' in value) return Number(value.n);
    if ('u' in value) return undefined;
    if ('b' in value) return BigInt(value.b);
    if (!this.#made.has(value.r)) this.#make(value.r);
    return this.#made.get(value.r);
  }

  #make(index: number): void {
    const [kind, first, second, third, fourth] = this.#nodes[index]!;
    const keep = <T>(made: T): T => {
      this.#made.set(index, made);
      return made;
    };
    switch (kind) {
      case 'array':
        this.#fill(keep(new Array(first as number)), second);
        return;
      case 'object':
        this.#fill(keep({}), first);
        return;
      case 'map': {
        const map = keep(new Map());
        for (const [k, v] of first as [Coded, Coded][]) map.set(this.decode(k), this.decode(v));
        return;
      }
      case 'set': {
        const set = keep(new Set());
        for (const v of first as Coded[]) set.add(this.decode(v));
        return;
      }
      case 'error':
        return this.#error(keep, first as string, second as string, third as string, fourth as Coded[]);
      default:
        keep(this.#leaf(kind, first, second));
    }
  }

  #leaf(kind: string, first: unknown, second: unknown): unknown {
    switch (kind) {
      case 'buffer':
        return exactBuffer(this.#base64.decode(first as string));
      case 'view': {
        const View = (globalThis as unknown as Record<string, new (buffer: ArrayBuffer) => object>)[
          first as string
        ]!;
        return new View(exactBuffer(this.#base64.decode(second as string)));
      }
      case 'date':
        return new Date(this.decode(first as Coded) as number);
      case 'regexp':
        return new RegExp(first as string, second as string);
      default:
        return Object(this.decode(first as Coded));
    }
  }

  #fill(target: object, entries: unknown): void {
    for (const [key, value] of entries as [string, Coded][]) {
      // defineProperty: a key "__proto__" is data, never a prototype.
      const made = { value: this.decode(value), enumerable: true, writable: true, configurable: true };
      Object.defineProperty(target, key, made);
    }
  }

  #error(keep: <T>(made: T) => T, name: string, message: string, stack: string, cause: Coded[]): void {
    const error = keep(new (errorClasses[name] ?? Error)(message));
    error.stack = stack;
    if (cause.length > 0) error.cause = this.decode(cause[0]!);
  }
}

function exactBuffer(bytes: Uint8Array<ArrayBuffer>): ArrayBuffer {
  return bytes.buffer.byteLength === bytes.byteLength ? bytes.buffer : bytes.slice().buffer;
}

/** @throws `An object could not be cloned.` */
export function encodeValue(value: unknown, base64: Base64): string {
  const encoder = new ValueEncoder(base64);
  const root = encoder.encode(value);
  return JSON.stringify([root, encoder.nodes]);
}

export function decodeValue(text: string, base64: Base64): unknown {
  const [root, nodes] = JSON.parse(text) as [Coded, CodedNode[]];
  return new ValueDecoder(nodes, base64).decode(root);
}
