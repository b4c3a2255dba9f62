import { ESLint, Linter } from 'eslint';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import ts from 'typescript-eslint';

const root = path.resolve(import.meta.dirname, '../..');
const ENGINE = 'src/upload/queue/judgeFailure.ts';

/** The house rule about syntax as it holds for one file, without what needs types. */
async function ruleFor(file: string): Promise<(code: string) => number> {
  const eslint = new ESLint({ cwd: root });
  const { rules } = (await eslint.calculateConfigForFile(file)) as {
    rules: Record<string, Linter.RuleEntry>;
  };
  const config = {
    files: ['**/*.ts'],
    languageOptions: { parser: ts.parser },
    rules: { 'no-restricted-syntax': rules['no-restricted-syntax']! },
  } as Linter.Config;
  return (code) => new Linter().verify(code, config, 'file.ts').length;
}

let inEngine: (code: string) => number;
beforeAll(async () => {
  inEngine = await ruleFor(ENGINE);
});

test.each([
  `const x = 'The bucket is full.';`,
  `const x = \`There is no bucket named “\${name}” at \${server}.\`;`,
  `const x = '“films” is not a valid bucket name.';`,
  `const x = { message: 'it failed' };`,
  'const x = { action: wait ? `Wait` : `Press Retry` };',
  `throw new AppFailure(error);`,
  `import type { AppError } from '../shared/appError';`,
  `import { AppFailure, type AppError } from '../shared/appError';`,
])('a sentence cannot come back into the upload engine: %s', (code) => {
  expect(inEngine(code)).toBe(1);
});

test.each([
  `const x = { code: 'NoSuchBucket', facts: { kind: 'bucket-missing', bucket }, details };`,
  `log.warn('unfinished uploads could not be listed', { error: String(error) });`,
  `throw new Error('no multipart upload is under way');`,
  'const details = `expected ${size} bytes, found ${found}`;',
  'const isBelow = host.startsWith(`${bucket}.`);',
  `const sql = 'SELECT seq FROM job WHERE job_id = ?';`,
  `const { message } = error;`,
  `const x = { message: error.message };`,
])('codes, facts, logs and details are welcome there: %s', (code) => {
  expect(inEngine(code)).toBe(0);
});

test('elsewhere sentences are allowed', async () => {
  const inText = await ruleFor('src/shared/text/fileErrors.ts');
  expect(inText(`const x = { message: 'The bucket is full.', action: 'Make room.' };`)).toBe(0);
});
