import type { FactsOf, ProblemKind } from '../problem';

/** Where a person reads a text: in the app's window, or in the terminal that runs `npm run upload`. */
export type Surface = 'app' | 'terminal';

/** One sentence for both, or one for each: a window has buttons and settings, and a command has options. */
export type Text = string | Record<Surface, string>;

export function textFor(text: Text, surface: Surface): string {
  return typeof text === 'string' ? text : text[surface];
}

/**
 * One sentence of cause and one action. When only the user can retry, the action is `finalAction`; without it, "try
 * again" if the problem `passes` without the user, otherwise the same action.
 */
export type UserMessage = { message: Text; action: Text; passes?: true; finalAction?: Text };
type Actions = Omit<UserMessage, 'message'>;

/** What the user calls the uploaded object: a session's bundle, or one of their files. */
export type Subject = 'bundle' | 'file';

/** A message for each of some kinds of problems. */
export type WordsFor<K extends ProblemKind> = {
  [P in K]: (facts: FactsOf<P>, subject: Subject) => UserMessage;
};

/** A terminal shows no details, except to programs. */
export const ASK_ADMIN = {
  app: 'Send the details below to the server’s administrator.',
  terminal: 'Run the same command with --json, and send the details to the server’s administrator.',
} satisfies Text;

const NOTHING_TO_DO = 'No action needed:';
export const RETRIES: Actions = {
  action: `${NOTHING_TO_DO} the upload retries automatically.`,
  passes: true,
};
export const CHECKS_AGAIN: Actions = {
  action: `${NOTHING_TO_DO} the app checks again automatically.`,
  passes: true,
};

/** For problems after which uploads resume once the user has acted. @param advice without its period */
export function resumesAfter(advice: string): Actions {
  return {
    action: `${advice}. The upload then resumes automatically.`,
    finalAction: thenAgain(advice),
  };
}

const RUN_AGAIN = 'run the same command again';

/** For commands that the user must then repeat. @param advice without its period */
export function thenAgain(advice: string): Text {
  return { app: `${advice}, then try again.`, terminal: `${advice}, then ${RUN_AGAIN}.` };
}

/** Like `thenAgain`, if the advice is about another command. */
export function thenUploadAgain(advice: string): Text {
  return { app: `${advice}, then try again.`, terminal: `${advice}, then start this upload again.` };
}

/** Like `thenAgain`, for an upload, which has a button in the app. */
export function thenRetry(advice: string): Text {
  return { app: `${advice}, then press Retry.`, terminal: `${advice}, then ${RUN_AGAIN}.` };
}

/** A server's name in sentences. @param host `host:port`; absent for Amazon S3, empty without a valid address */
export function serverName(host: string | undefined): string {
  return host === undefined ? 'Amazon S3' : host || 'the server';
}

/** The server's name at the start of a sentence. */
export function serverFirst(host: string | undefined): string {
  const name = serverName(host);
  return name.startsWith('the ') ? `T${name.slice(1)}` : name;
}

/** The same message for every problem of a kind. */
export function always(message: Text, action: Text | Actions): () => UserMessage {
  return () =>
    typeof action === 'object' && 'action' in action ? { message, ...action } : { message, action };
}
