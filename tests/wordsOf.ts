import type { AppError } from '../src/shared/appError';
import type { ProblemFailure } from '../src/shared/problem';
import { describeUpload } from '../src/shared/text/uploadErrors';

/** A failure of the engine as a person is told it. */
export function wordsOf({ problem }: ProblemFailure): AppError {
  return describeUpload(problem);
}
