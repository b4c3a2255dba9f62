import type { AppError } from '../appError';
import { clip, LONGEST } from '../bounds';
import type { Problem, ProblemFacts, ProblemKind, UploadProblem } from '../problem';
import { bucketErrors } from './bucketErrors';
import { fileErrors } from './fileErrors';
import { profileErrors } from './profileErrors';
import { serverErrors } from './serverErrors';
import type { Subject, Words, WordsFor } from './words';

const WORDS: WordsFor<ProblemKind> = { ...fileErrors, ...serverErrors, ...bucketErrors, ...profileErrors };

const PRESS_RETRY = 'Automatic retries have ended. Press Retry to try again.';
/** Five minutes without a way to the destination are no mere hiccup. */
const TELL_NETWORK_AFTER_MS = 5 * 60_000;
const CHECK_NETWORK = '(endpoint not reachable: check network or address)';

/**
 * The problem that an upload has, in words. `givenUp` and `unreachableForMs` say how far its own attempts have got.
 * @param subject what the user calls the uploaded file
 */
export function describeUpload(problem: UploadProblem, subject: Subject = 'file'): AppError {
  const { givenUp, unreachableForMs = 0 } = problem;
  const words = wordsOf(problem.facts, subject);
  if (givenUp) return toError(problem, words.message, actionAtLast(words, PRESS_RETRY));
  const isLong = unreachableForMs >= TELL_NETWORK_AFTER_MS;
  return toError(problem, words.message, isLong ? `${words.action} ${CHECK_NETWORK}` : words.action);
}

/** A problem in words where nothing is tried again without the user, as of a command or a question to the bucket. */
export function describeProblem(problem: Problem, subject: Subject = 'file'): AppError {
  const words = wordsOf(problem.facts, subject);
  return toError(problem, words.message, actionAtLast(words, 'Try again in a while.'));
}

function actionAtLast({ action, passes, atLast }: Words, tryAgain: string): string {
  return atLast ?? (passes ? tryAgain : action);
}

function wordsOf(facts: ProblemFacts, subject: Subject): Words {
  // The compiler cannot tell that the entry belongs to these very facts.
  const entry = WORDS[facts.kind] as unknown as (facts: ProblemFacts, subject: Subject) => Words;
  return entry(facts, subject);
}

function toError({ code, details }: Problem, message: string, action: string): AppError {
  return { code, message: clip(message, LONGEST.line), action: clip(action, LONGEST.line), details };
}
