import { builtinModules } from 'node:module';
import prettier from 'eslint-config-prettier';
import hooks from 'eslint-plugin-react-hooks';
import globals from 'globals';
import ts from 'typescript-eslint';

const rawIpc = {
  selector: 'CallExpression[callee.object.name=/^ipc(Main|Renderer)$/]',
  message: 'Only the transport and the preload speak IPC; add a command to src/shared/contract.ts.',
};

const guarded = 'A session’s folder may hold anything: go through src/lib/guardedFiles.ts.';
const opensByPath = {
  selector: 'CallExpression[callee.object.name="yauzl"][callee.property.name=/^open/]',
  message: guarded,
};

const spreadArguments = {
  selector:
    ':matches(CallExpression[callee.object.name="Math"], CallExpression[callee.property.name=/^(push|unshift|splice|fromCharCode|fromCodePoint)$/]) > SpreadElement',
  message:
    'A list of unknown length overflows the stack as arguments: use a loop, or src/shared/extremes.ts.',
};

const sentenceMessage =
  'This code gives codes and facts: make the sentence in src/shared/text/ (details and logs begin in lower case).';
/** What only a sentence for people, or an error made of one, looks like. */
const sentences = [
  'Literal[value=/^[“"\\p{Lu}].* .*[.!]\\s*$/su]',
  'TemplateLiteral:has(TemplateElement[value.cooked=/ /]) > TemplateElement[tail=true][value.cooked=/(^|[\\p{L}\\d)”])[.!]\\s*$/u]',
  'Property[key.name=/^(message|action|advice|headline|warning)$/][value.type=/^(Literal|TemplateLiteral|ConditionalExpression|BinaryExpression)$/]',
].map((selector) => ({ selector, message: sentenceMessage }));
const errorsInWords = [
  'NewExpression[callee.name="AppFailure"]',
  'ImportSpecifier[imported.name="AppError"]',
].map((selector) => ({ selector, message: sentenceMessage }));

export default ts.config(
  { ignores: ['node_modules', '.webpack', '.cache', 'out', 'test-results', 'demo-output', 'bench/results'] },
  ...ts.configs.recommended,
  prettier,
  {
    rules: {
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 60 }],
      'no-restricted-syntax': ['error', rawIpc, spreadArguments],
      'no-empty': ['error', { allowEmptyCatch: false }],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'prefer-const': 'error',
      'no-console': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  {
    files: [
      'src/**/*.{ts,tsx}',
      'chromium-shell/**/*.ts',
      'local-bucket/**/*.ts',
      'bundle-validator/**/*.ts',
      'tests/**/*.ts',
    ],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
    },
  },
  {
    files: ['src/**/*.{ts,tsx}'],
    rules: { 'no-console': 'error' },
  },
  {
    files: ['src/**/*.tsx', 'src/hooks/**/*.ts'],
    plugins: { 'react-hooks': hooks },
    rules: { ...hooks.configs.recommended.rules },
  },
  {
    files: [
      'src/renderer.tsx',
      'src/toolbar.tsx',
      'src/App.tsx',
      'src/components/**',
      'src/hooks/**',
      'src/capture/**',
      'src/shared/**',
      'src/preload/**',
    ],
    rules: { 'no-restricted-imports': ['error', { paths: [...builtinModules], patterns: ['node:*'] }] },
  },
  {
    files: [
      'src/main/{sessions,recorder,player}/**',
      'src/main/upload/**',
      'src/upload/{transfer,queue,destination}/**',
      'src/main/uploadStateStore.ts',
      'src/lib/zip/**',
      'src/main/platform/fileResponse.ts',
    ],
    rules: {
      'no-restricted-syntax': ['error', rawIpc, spreadArguments, opensByPath],
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          paths: [
            ...['fs', 'node:fs', 'fs/promises', 'node:fs/promises'].map((name) => ({
              ...{ name, message: guarded, allowTypeImports: true },
            })),
            { name: 'mediabunny', importNames: ['FilePathSource', 'FilePathTarget'], message: guarded },
          ],
        },
      ],
    },
  },
  {
    files: ['src/upload/**'],
    rules: {
      'no-restricted-syntax': [
        'error',
        ...[rawIpc, spreadArguments, opensByPath],
        ...[...sentences, ...errorsInWords],
      ],
    },
  },
  {
    files: ['src/lib/**', 'src/main/upload*.ts'],
    rules: { 'no-restricted-syntax': ['error', rawIpc, spreadArguments, ...sentences] },
  },
  {
    files: ['src/main/upload/**', 'src/lib/zip/**', 'src/main/uploadStateStore.ts'],
    rules: { 'no-restricted-syntax': ['error', rawIpc, spreadArguments, opensByPath, ...sentences] },
  },
  {
    files: ['src/main/platform/**', 'src/preload/**', 'chromium-shell/**'],
    rules: { 'no-restricted-syntax': ['error', spreadArguments] },
  },
  {
    files: ['tests/**', 'bench/**', 'local-bucket/tests/**', 'bundle-validator/tests/**'],
    rules: { 'max-lines-per-function': 'off', 'no-restricted-syntax': ['error', rawIpc] },
  },
  {
    files: ['chromium-shell/tests/**'],
    rules: { 'max-lines-per-function': 'off', 'no-restricted-syntax': 'off' },
  },
  { files: ['**/*.mjs', '**/*.cjs'], languageOptions: { globals: globals.node } },
  { files: ['**/*.cjs'], rules: { '@typescript-eslint/no-require-imports': 'off' } },
);
