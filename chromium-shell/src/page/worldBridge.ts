import { deepFreeze, packValue, unpackValue, type BridgedValue, type BridgeEnd } from './bridgeValues.ts';

/**
 * One half of contextBridge. Messages cross as the `detail` of CustomEvents on a detached element that both worlds hold
 * and the page never sees: Blink structured-clones them between worlds, synchronously.
 */
export type WorldName = 'page' | 'preload';
type Outcome = { ok: boolean; value: BridgedValue };
type BridgeMessage =
  | { op: 'reply'; outcome: Outcome }
  | { op: 'call'; id: number; args: BridgedValue[] }
  | { op: 'settle'; id: number; outcome: Outcome }
  | { op: 'free'; id: number }
  | { op: 'expose'; key: string; value: BridgedValue }
  | { op: 'offer'; value: BridgedValue };

type AnyFunction = (...args: unknown[]) => unknown;
type Deferred = { resolve(value: unknown): void; reject(error: unknown): void };

// Saved before the page's scripts can replace it.
const bridgeDispatch = EventTarget.prototype.dispatchEvent;
const bridgeListen = EventTarget.prototype.addEventListener;
const BridgeEvent = CustomEvent;

export class WorldBridge implements BridgeEnd {
  readonly #own: WorldName;
  readonly #other: WorldName;
  readonly #functions = new Map<number, AnyFunction>();
  readonly #functionIds = new WeakMap<AnyFunction, number>();
  readonly #remotes = new Map<number, WeakRef<AnyFunction>>();
  readonly #waiting = new Map<number, Deferred>();
  readonly #collected = new FinalizationRegistry<number>((id) => this.#free(id));
  #node: EventTarget | undefined;
  #answer: Outcome | undefined;
  #lastId = 0;
  readonly #onOffered: (value: unknown) => void;

  /** The preload's half creates the element and passes it over under a name that only the two halves know. */
  constructor(own: WorldName, secretEvent: string, onOffered: (value: unknown) => void = () => undefined) {
    this.#onOffered = onOffered;
    this.#own = own;
    this.#other = own === 'page' ? 'preload' : 'page';
    if (own === 'preload') {
      const node = document.createElement('i');
      this.#attach(node);
      bridgeDispatch.call(window, new MouseEvent(secretEvent, { relatedTarget: node }));
      return;
    }
    const take = (event: Event) => {
      event.stopImmediatePropagation();
      this.#attach((event as MouseEvent).relatedTarget!);
    };
    bridgeListen.call(window, secretEvent, take, { once: true, capture: true });
  }

  /** Defines `window[key]` in the other world. */
  expose(key: string, api: unknown): void {
    this.#ask({ op: 'expose', key, value: packValue(api, this) });
  }

  /** Passes a value to the other half without making it visible to the page. */
  offer(value: unknown): void {
    this.#ask({ op: 'offer', value: packValue(value, this) });
  }

  offerFunction(f: AnyFunction): number {
    const known = this.#functionIds.get(f);
    if (known) return known;
    const id = ++this.#lastId;
    this.#functionIds.set(f, id);
    this.#functions.set(id, f);
    return id;
  }

  offerPromise(promise: Promise<unknown>): number {
    const id = ++this.#lastId;
    promise.then(
      (value) => this.#settle(id, true, value),
      (error: unknown) => this.#settle(id, false, error),
    );
    return id;
  }

  remoteFunction(id: number, name: string): AnyFunction {
    const known = this.#remotes.get(id)?.deref();
    if (known) return known;
    const remote: AnyFunction = (...args) =>
      this.#ask({ op: 'call', id, args: args.map((arg) => packValue(arg, this)) });
    Object.defineProperty(remote, 'name', { value: name, configurable: true });
    this.#remotes.set(id, new WeakRef(remote));
    this.#collected.register(remote, id);
    return remote;
  }

  remotePromise(id: number): Promise<unknown> {
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
  }

  #attach(node: EventTarget): void {
    this.#node = node;
    bridgeListen.call(node, this.#own, (event) =>
      this.#receive((event as CustomEvent<BridgeMessage>).detail),
    );
  }

  #send(message: BridgeMessage): void {
    bridgeDispatch.call(this.#node!, new BridgeEvent(this.#other, { detail: message }));
  }

  #ask(message: BridgeMessage): unknown {
    this.#answer = undefined;
    this.#send(message);
    const answer = this.#answer as Outcome | undefined;
    this.#answer = undefined;
    if (!answer) throw new Error('An object could not be cloned.');
    const value = unpackValue(answer.value, this);
    if (!answer.ok) throw value;
    return value;
  }

  #free(id: number): void {
    if (this.#remotes.get(id)?.deref()) return; // the same function was offered again meanwhile
    this.#remotes.delete(id);
    this.#send({ op: 'free', id });
  }

  #settle(id: number, ok: boolean, value: unknown): void {
    this.#send({ op: 'settle', id, outcome: this.#outcome(() => value, ok) });
  }

  #outcome(run: () => unknown, ok = true): Outcome {
    try {
      return { ok, value: packValue(run(), this) };
    } catch (error) {
      return { ok: false, value: packValue(error instanceof Error ? error : new Error(String(error)), this) };
    }
  }

  #receive(message: BridgeMessage): void {
    switch (message.op) {
      case 'reply':
        this.#answer = message.outcome;
        return;
      case 'call':
        return this.#reply(() =>
          this.#functions.get(message.id)!(...message.args.map((arg) => unpackValue(arg, this))),
        );
      case 'settle':
        return this.#settled(message.id, message.outcome);
      case 'free': {
        const freed = this.#functions.get(message.id);
        if (freed) this.#functionIds.delete(freed);
        this.#functions.delete(message.id);
        return;
      }
      case 'expose':
        return this.#reply(() => this.#define(message.key, message.value));
      case 'offer':
        return this.#reply(() => this.#onOffered(unpackValue(message.value, this)));
    }
  }

  #reply(run: () => unknown): void {
    this.#send({ op: 'reply', outcome: this.#outcome(run) });
  }

  #settled(id: number, outcome: Outcome): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    const value = unpackValue(outcome.value, this);
    if (outcome.ok) waiting?.resolve(value);
    else waiting?.reject(value);
  }

  #define(key: string, packed: BridgedValue): void {
    if (key in window)
      throw new Error('Cannot bind an API on top of an existing property on the window object');
    const value = deepFreeze(unpackValue(packed, this));
    Object.defineProperty(window, key, { value, enumerable: true, writable: false, configurable: false });
  }
}
