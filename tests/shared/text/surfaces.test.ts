import { expect, test } from 'vitest';
import * as z from 'zod/mini';
import { judgeUploadConfig } from '../../../src/upload/destination/configRules';
import { problemFactsSchema, type ProblemFacts, type ProblemKind } from '../../../src/shared/problem';
import { describeField } from '../../../src/shared/text/settingsErrors';
import { describeProblem } from '../../../src/shared/text/uploadErrors';

type Kinds = { oneOf: { properties: { kind: { enum?: ProblemKind[]; const?: ProblemKind } } }[] };

const kinds = (z.toJSONSchema(problemFactsSchema) as unknown as Kinds).oneOf
  .flatMap(({ properties: { kind } }) => kind.enum ?? [kind.const!])
  .filter((kind) => kind !== 'told');

/** What only the window has. */
const OF_THE_WINDOW =
  /settings|\bRetry\b|\bapp\b|Advanced|\bbelow\b|\bfields?\b|\bclick|\bpress\b|automatic/i;

/** Facts of each kind, with values that lead to other sentences. */
const variants = [
  { status: 413, attribute: 'encryption', encryption: 'sse-s3', command: 'sso', profile: 'p', region: 'r' },
  { status: 431, attribute: 'storage-class', encryption: 'sse-kms', command: 'login' },
  { status: 501, attribute: 'object-tags', encryption: 'sse-s3', command: 'sso', right: 's3:PutObject' },
  { status: 507, attribute: 'encryption-key', encryption: 'sse-s3', command: 'sso', aheadMs: 1 },
  { status: 500, attribute: 'encryption', encryption: 'sse-s3', command: 'sso', gateway: 'nginx' },
];

test.each(kinds)('%s at a terminal names nothing of the window', (kind) => {
  for (const variant of variants) {
    const names = {
      server: 's3.test',
      bucket: 'b',
      proxy: 'proxy:1',
      variable: 'HTTPS_PROXY',
      to: 'http://x',
    };
    const facts = { kind, ...names, endpoint: 'https://x', ...variant } as unknown as ProblemFacts;
    const { message, action } = describeProblem({ code: 'X', facts }, 'file', 'terminal');
    expect(`${message} ${action}`).not.toMatch(OF_THE_WINDOW);
    expect(action).toMatch(/\.$/);
  }
});

test.each<[ProblemFacts, app: string, terminal: string]>([
  [
    { kind: 'object-exists' },
    'Choose another key prefix in the settings, then press Retry.',
    'Choose another prefix in --to, or add --overwrite.',
  ],
  [
    { kind: 'file-changing' },
    'Wait until the program that writes it has finished, then press Retry.',
    'Wait until the program that writes it has finished, then run the same command again.',
  ],
  [
    { kind: 'bucket-missing', bucket: 'b' },
    'Check the bucket name in the settings, or create the bucket.',
    'Check the bucket in --to, and --endpoint; or create the bucket.',
  ],
  [
    { kind: 'secret-wrong' },
    'Check the access key ID and the secret access key in the settings.',
    'Check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.',
  ],
  [
    { kind: 'secret-wrong', profile: 'team' },
    'Check the keys of the AWS profile “team”.',
    'Check the keys of the AWS profile “team”.',
  ],
  [
    { kind: 'sign-in-expired', profile: 'team', command: 'sso' },
    'Sign in again: run aws sso login --profile team, then try again.',
    'Sign in again: run aws sso login --profile team, then start this upload again.',
  ],
  [
    { kind: 'refused' },
    'Send the details below to the server’s administrator.',
    'Run the same command with --json, and send the details to the server’s administrator.',
  ],
  [
    { kind: 'certificate-untrusted' },
    'Set a CA file in the settings, under Advanced: the certificate of the authority that signed it.',
    'Give the certificate of the authority that signed it with --ca-file.',
  ],
  [
    { kind: 'proxy-not-tls', proxy: 'proxy:1', variable: 'HTTPS_PROXY' },
    'Begin its address in HTTPS_PROXY with http://, restart the app, then press Retry.',
    'Begin its address in HTTPS_PROXY with http://, then run the same command again.',
  ],
  [{ kind: 'throttled' }, 'Try again in a while.', 'Run the same command again in a while.'],
])('%o: window and terminal each name what they have', (facts, app, terminal) => {
  expect(describeProblem({ code: 'X', facts }).action).toBe(app);
  expect(describeProblem({ code: 'X', facts }, 'file', 'terminal').action).toBe(terminal);
});

test.each([
  { endpoint: 'https://user:secret@s3.test' },
  { endpoint: 'https://b-ucket.s3.test', bucket: 'b-ucket' },
  { maxBytesPerSecond: 1 },
  { bucket: 'ap-xyz--ol-s3' },
])('a setting that cannot be used is told at a terminal without a field: %o', (wrong) => {
  const right = { bucket: 'bucket', keyPrefix: '', region: 'eu-central-1', accessKeyId: 'AKID' };
  const verdict = judgeUploadConfig({ ...right, secretAccessKey: 'secret', ...wrong }, null);
  const problems = 'fieldProblems' in verdict ? Object.values(verdict.fieldProblems) : [];
  expect(problems).not.toEqual([]);
  for (const problem of problems) expect(describeField(problem, 'terminal')).not.toMatch(OF_THE_WINDOW);
});
