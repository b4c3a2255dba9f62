import type { AppError } from '../appError';
import { clip, LONGEST } from '../bounds';
import type { Problem, ProblemFacts, ProblemKind, UploadProblem } from '../problem';
import { bucketErrors } from './bucketErrors';
import { fileErrors } from './fileErrors';
import { profileErrors } from './profileErrors';
import { serverErrors } from './serverErrors';
import { textFor, type Subject, type Surface, type Text, type UserMessage, type WordsFor } from './words';

const WORDS: WordsFor<ProblemKind> = { ...fileErrors, ...serverErrors, ...bucketErrors, ...profileErrors };

const PRESS_RETRY = 'Automatic retries have ended. Press Retry to try again.';
/** After five minutes without a connection to the destination, tell the user. */
const TELL_NETWORK_AFTER_MS = 5 * 60_000;
const CHECK_NETWORK = '(endpoint not reachable: check network or address)';

/**
 * Describes the problem of an upload of the app. `givenUp` and `unreachableForMs` say what its own attempts have
 * reached.
 * @param subject what the user calls the uploaded file
 */
export function describeUpload(problem: UploadProblem, subject: Subject = 'file'): AppError {
  const { givenUp, unreachableForMs = 0 } = problem;
  const words = wordsOf(problem.facts, subject);
  const inApp = (action: Text) => toError(problem, words.message, action, 'app');
  if (givenUp) return inApp(finalActionOf(words, PRESS_RETRY));
  if (unreachableForMs < TELL_NETWORK_AFTER_MS) return inApp(words.action);
  return inApp(`${textFor(words.action, 'app')} ${CHECK_NETWORK}`);
}

const TRY_AGAIN: Text = {
  app: 'Try again in a while.',
  terminal: 'Run the same command again in a while.',
};

/**
 * Describes a problem that is not retried without the user, such as that of a command or of a check of the bucket.
 * @param surface where the user reads it
 */
export function describeProblem(
  problem: Problem,
  subject: Subject = 'file',
  surface: Surface = 'app',
): AppError {
  const words = wordsOf(problem.facts, subject);
  return toError(problem, words.message, finalActionOf(words, TRY_AGAIN), surface);
}

function finalActionOf({ action, passes, finalAction }: UserMessage, tryAgain: Text): Text {
  return finalAction ?? (passes ? tryAgain : action);
}

function wordsOf(facts: ProblemFacts, subject: Subject): UserMessage {
  // The compiler cannot infer that the entry matches these facts.
  const entry = WORDS[facts.kind] as unknown as (facts: ProblemFacts, subject: Subject) => UserMessage;
  return entry(facts, subject);
}

function toError({ code, details }: Problem, message: Text, action: Text, surface: Surface): AppError {
  const line = (text: Text) => clip(textFor(text, surface), LONGEST.line);
  return { code, message: line(message), action: line(action), details };
}
