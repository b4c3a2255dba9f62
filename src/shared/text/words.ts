import type { FactsOf, ProblemKind } from '../problem';

/**
 * One sentence of cause and one action. Once nothing is tried again without the user, `atLast` is the action; where it is
 * absent, to try again if the problem `passes` without the user, else the same action.
 */
export type Words = { message: string; action: string; passes?: true; atLast?: string };
type Actions = Omit<Words, 'message'>;

/** What the user calls that which is uploaded: a session's bundle, or a file of theirs. */
export type Subject = 'bundle' | 'file';

/** Words for each of some kinds of problems. */
export type WordsFor<K extends ProblemKind> = { [P in K]: (facts: FactsOf<P>, subject: Subject) => Words };

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
    atLast: `${advice}, then try again.`,
  };
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
export function always(message: string, action: string | Actions): () => Words {
  return () => (typeof action === 'string' ? { message, action } : { message, ...action });
}
