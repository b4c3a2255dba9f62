import type { Reply } from './appError';
import type { CommandArgs, CommandName, CommandResult, EventName, Events } from './contract';

/** The one object that a page gets, as `window.sessionRecorder`; generated from the contract. */
export type Bridge = {
  readonly call: {
    readonly [N in CommandName]: (...args: CommandArgs<N>) => Promise<Reply<CommandResult<N>>>;
  };
  /** Subscribes to an event. Returns a function that unsubscribes. */
  readonly on: <N extends EventName>(name: N, listener: (payload: Events[N]) => void) => () => void;
};

export const BRIDGE_NAME = 'sessionRecorder';
