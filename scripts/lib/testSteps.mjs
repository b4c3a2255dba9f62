import { inRoot } from './paths.mjs';
import { startTestServers } from './servers.mjs';

const bin = (...names) => inRoot('node_modules', ...names);
const vitest = bin('vitest', 'vitest.mjs');
const playwright = bin('@playwright', 'test', 'cli.js');

/** The steps of `npm test` in order. `before` starts a step's helpers and returns `{ env, stop }`. */
export function stepsFor({ runtime }) {
  return [...checks(), ...tests(runtime)];
}

function checks() {
  return [
    {
      name: 'format',
      what: 'prettier',
      args: [bin('prettier', 'bin', 'prettier.cjs'), '--check', '--log-level=warn', '.'],
    },
    {
      name: 'conflicts',
      what: 'no conflict markers',
      args: [inRoot('scripts', 'lib', 'checkConflicts.mjs')],
    },
    { name: 'lint', what: 'eslint', args: [bin('eslint', 'bin', 'eslint.js'), '.', '--max-warnings=0'] },
    {
      name: 'spelling',
      what: 'cspell: documents, sources and scripts',
      args: [bin('cspell', 'bin.mjs'), 'lint', '--no-progress', '--no-summary'],
    },
    {
      name: 'prose',
      what: 'write-good: long sentences and awkward phrases in documents',
      args: [inRoot('scripts', 'lib', 'checkProse.mjs')],
    },
    { name: 'types', what: 'tsc -b', args: [bin('typescript', 'bin', 'tsc'), '-b'] },
    {
      name: 'imports',
      what: 'who may import whom',
      args: [
        bin('dependency-cruiser', 'bin', 'dependency-cruiser.mjs'),
        '--config',
        '.dependency-cruiser.cjs',
        'src',
        'local-bucket',
        'bundle-validator',
        'chromium-shell',
      ],
    },
    {
      name: 'electron',
      what: 'Electron’s members as declared: used where they exist, listed, and true in the shell',
      args: ['--experimental-strip-types', '--no-warnings', inRoot('chromium-shell', 'api', 'check.ts')],
      takesArguments: true,
    },
    {
      name: 'unused',
      what: 'knip: files, exports and dependencies nobody uses',
      args: [bin('knip', 'bin', 'knip.js')],
    },
    {
      name: 'notices',
      what: 'the licenses of what ships',
      args: [inRoot('scripts', 'lib', 'thirdPartyNotices.mjs')],
      takesArguments: true,
    },
  ];
}

function tests(runtime) {
  return [
    {
      name: 'unit',
      what: 'unit, property and contract tests',
      args: [
        vitest,
        'run',
        '--reporter=default',
        '--reporter=json',
        '--outputFile.json=test-results/vitest.json',
      ],
      before: startTestServers,
      takesArguments: true,
    },
    {
      name: 'ui',
      what: 'every screen and state, in a browser',
      args: [playwright, 'test', '--project=ui'],
      env: results('ui'),
      takesArguments: true,
    },
    {
      name: 'e2e',
      what: `the whole app in a real window (${runtime.kind})`,
      args: [playwright, 'test', '--project=e2e'],
      env: results('e2e'),
      takesArguments: true,
    },
  ];
}

function results(name) {
  return { PLAYWRIGHT_JSON_OUTPUT_FILE: inRoot('test-results', `playwright-${name}.json`) };
}
