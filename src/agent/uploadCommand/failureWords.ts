import type { AppError } from '../../shared/appError';
import type { Problem, ProblemKind } from '../../shared/problem';
import { describeProblem } from '../../shared/text/uploadErrors';

const AGAIN = 'run the same command again';
const CHECK_KEYS = 'Check the credentials in the environment, or the profile.';

/** What to do at a terminal, where the app names a setting. */
const ACTIONS: Partial<Record<ProblemKind, string>> = {
  'file-missing': `Check that it is there and can be read, then ${AGAIN}.`,
  'object-exists': 'Choose another prefix, or add --overwrite.',
  'key-occupied': 'Choose another prefix, or remove the other object.',
  'bucket-missing': 'Check the bucket in --to, and --endpoint; or create the bucket.',
  'bucket-name-invalid': 'Check the bucket in --to.',
  'bucket-in-endpoint': 'Remove the bucket from --endpoint.',
  'other-region': 'Give the bucket’s region with --region.',
  'access-key-unknown': CHECK_KEYS,
  'secret-wrong': CHECK_KEYS,
  'session-token-invalid': CHECK_KEYS,
  'credentials-expired': 'Set new credentials.',
  denied: 'Allow these credentials to write there, or use others.',
};

/** The words of a problem for somebody at a terminal. */
export function forTerminal(problem: Problem): AppError {
  const words = describeProblem(problem, 'file');
  const action = ACTIONS[problem.facts.kind] ?? withoutApp(words.action);
  return { ...words, action };
}

/** There is neither a button nor a settings page. */
function withoutApp(action: string): string {
  const typed = action
    .replace(/, restart the app(?=, then)/, '')
    .replace(/, then (press Retry|try again|restart the app)\b/, `, then ${AGAIN}`)
    .replace(/\bPress Retry\b/, 'Run the same command again');
  return typed.replace(/ in the settings(, under Advanced)?/, '').replace(/ \(Settings → Advanced\)/, '');
}
