import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import { inRoot } from './paths.mjs';

/** Lines of a failure's message repeated in the summary; the full message is printed where the test failed. */
const MESSAGE_LINES = 12;

/**
 * Adds up the runners' results in test-results/.
 * @returns `{ passed, failed, skipped, failures: [{ title, message }], flaky: [title] }`; `flaky` passed on a second
 *   try and counts as passed
 */
export function countTests() {
  const total = { passed: 0, failed: 0, skipped: 0, failures: [], flaky: [] };
  const folder = inRoot('test-results');
  if (!existsSync(folder)) return total;
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.json'))) {
    const report = JSON.parse(readFileSync(inRoot('test-results', name), 'utf8'));
    const counts = name.startsWith('playwright') ? fromPlaywright(report) : fromVitest(report);
    for (const key of ['passed', 'failed', 'skipped']) total[key] += counts[key] ?? 0;
    total.failures = total.failures.concat(counts.failures);
    total.flaky = total.flaky.concat(counts.flaky ?? []);
  }
  return total;
}

function fromVitest({ numPassedTests, numFailedTests, numPendingTests, testResults }) {
  const failures = testResults.flatMap(({ name, message, assertionResults }) => {
    const failed = assertionResults.filter(({ status }) => status === 'failed');
    // A test file that could not be loaded has a message and no tests.
    if (!failed.length && message) return [failure(name, message)];
    return failed.map(({ fullName, failureMessages }) => failure(`${name}: ${fullName}`, failureMessages[0]));
  });
  return { passed: numPassedTests, failed: numFailedTests, skipped: numPendingTests, failures };
}

function fromPlaywright({ stats, suites }) {
  const specs = suites.flatMap(specsOf);
  const failures = specs
    .filter(({ ok }) => !ok)
    .map((spec) => failure(titleOf(spec), errorOf(spec)?.message));
  const flaky = specs.filter(({ tests }) => tests.some(({ status }) => status === 'flaky')).map(titleOf);
  const passed = stats.expected + stats.flaky;
  return { passed, failed: stats.unexpected, skipped: stats.skipped, failures, flaky };
}

function specsOf({ specs = [], suites = [] }) {
  return [...specs, ...suites.flatMap(specsOf)];
}

function titleOf({ file, title }) {
  return `${file}: ${title}`;
}

function errorOf({ tests }) {
  return tests.flatMap(({ results }) => results).find(({ error }) => error)?.error;
}

function failure(title, message = 'no message') {
  return { title, message: stripVTControlCharacters(message).split('\n').slice(0, MESSAGE_LINES).join('\n') };
}
