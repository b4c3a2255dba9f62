import type { FactsOf, ProblemKind } from '../problem';

/** Where a person reads it: in the app's window, or at the terminal in which `npm run upload` runs. */
export type Surface = 'app' | 'terminal';

/** The same sentence everywhere, or one for each: a window has buttons and settings, and a command has options. */
export type Text = string | Record<Surface, string>;

export function textFor(text: Text, surface: Surface): string {
  return typeof text === 'string' ? text : text[surface];
}

/**
 * One sentence of cause and one action. Once nothing is tried again without the user, `finalAction` is the action; where it is
 * absent, to try again if the problem `passes` without the user, else the same action.
 */
export type UserMessage = { message: Text; action: Text; passes?: true; finalAction?: Text };
type Actions = Omit<UserMessage, 'message'>;

/** What the user calls that which is uploaded: a session's bundle, or a file of theirs. */
export type Subject = 'bundle' | 'file';

/** UserMessage for each of some kinds of problems. */
export type WordsFor<K extends ProblemKind> = {
  [P in K]: (facts: FactsOf<P>, subject: Subject) => UserMessage;
};

/** A terminal shows no details, but for programs. */
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

/** For what passes once the user has done something about it. @param advice without its period */
export function resumesAfter(advice: string): Actions {
  return {
    action: `${advice}. The upload then resumes automatically.`,
    finalAction: thenAgain(advice),
  };
}

const RUN_AGAIN = 'run the same command again';

/** For what the person then has to begin anew. @param advice without its period */
export function thenAgain(advice: string): Text {
  return { app: `${advice}, then try again.`, terminal: `${advice}, then ${RUN_AGAIN}.` };
}

/** The same where the advice is about another command. */
export function thenUploadAgain(advice: string): Text {
  return { app: `${advice}, then try again.`, terminal: `${advice}, then start this upload again.` };
}

/** The same of an upload, which has a button in the app. */
export function thenRetry(advice: string): Text {
  return { app: `${advice}, then press Retry.`, terminal: `${advice}, then ${RUN_AGAIN}.` };
}

/** A server as sentences name it. @param host `host:port`; absent for Amazon S3, empty where no valid address is known */
export function serverName(host: string | undefined): string {
  return host === undefined ? 'Amazon S3' : host || 'the server';
}

/** The server at the beginning of a sentence. */
export function serverFirst(host: string | undefined): string {
  const name = serverName(host);
  return name.startsWith('the ') ? `T${name.slice(1)}` : name;
}

/** The same words for every problem of a kind. */
export function always(message: Text, action: Text | Actions): () => UserMessage {
  return () =>
    typeof action === 'object' && 'action' in action ? { message, ...action } : { message, action };
}
