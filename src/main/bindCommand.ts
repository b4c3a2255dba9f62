import * as z from 'zod/mini';
import { AppFailure, type AppError, type Reply } from '../shared/appError';
import { clip, LONGEST } from '../shared/bounds';
import { commands, type CommandArgs, type CommandName, type CommandResult } from '../shared/contract';
import { ProblemFailure } from '../shared/problem';
import { describeProblem } from '../shared/text/uploadErrors';
import type { CommandTransport } from './platformPort';
import type { Logger } from '../shared/runtime';

type Run<N extends CommandName> = (...args: CommandArgs<N>) => Promise<CommandResult<N>> | CommandResult<N>;

export type Binder = <N extends CommandName>(name: N, run: Run<N>) => void;

/** Commands that have not been answered yet. */
export class OpenCommands {
  #count = 0;

  get any(): boolean {
    return this.#count > 0;
  }

  async during<T>(run: () => Promise<T>): Promise<T> {
    this.#count += 1;
    try {
      return await run();
    } finally {
      this.#count -= 1;
    }
  }
}

/**
 * Binds commands of the contract to a transport: parses the arguments, runs the command, and turns each error into a
 * typed refusal. An AppFailure passes unchanged; any other error is logged and reported as an internal error.
 */
export function makeBinder(transport: CommandTransport, log: Logger, open = new OpenCommands()): Binder {
  return <N extends CommandName>(name: N, run: Run<N>) => {
    const { args: schema, caller } = commands[name];
    // The schema has validated the tuple; TypeScript cannot infer that through the generic.
    const call = run as unknown as (...args: unknown[]) => unknown;
    transport.handle(name, caller, async (raw): Promise<Reply<unknown>> => {
      const parsed = z.safeParse(schema as z.ZodMiniType, raw);
      if (!parsed.success)
        return refusal(badArguments(name, clip(z.prettifyError(parsed.error), LONGEST.line)));
      try {
        return { ok: true, value: await open.during(async () => call(...(parsed.data as unknown[]))) };
      } catch (error) {
        if (error instanceof AppFailure) return refusal(error.error);
        if (error instanceof ProblemFailure) return refusal(describeProblem(error.problem, 'bundle'));
        log.error(`command ${name} failed`, { error: String(error) });
        return refusal(internalError(error));
      }
    });
  };
}

function refusal(error: AppError): Reply<never> {
  return { ok: false, error };
}

function badArguments(name: string, details: string): AppError {
  return {
    code: 'BadArguments',
    message: 'The app asked itself for something that makes no sense.',
    action: 'Try again; if it happens again, please report it with the details.',
    details: `${name}: ${details}`,
  };
}

/** The user message for an unexpected error. */
export function internalError(error: unknown): AppError {
  return {
    code: 'Internal',
    message: 'Something went wrong inside the app.',
    action: 'Try again; if it happens again, please report it with the details.',
    details: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
  };
}
