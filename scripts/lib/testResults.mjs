import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { inRoot } from './paths.mjs';

/** Adds up what the runners wrote into test-results/. */
export function countTests() {
  const total = { passed: 0, failed: 0, skipped: 0 };
  const folder = inRoot('test-results');
  if (!existsSync(folder)) return total;
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.json'))) {
    const report = JSON.parse(readFileSync(inRoot('test-results', name), 'utf8'));
    const counts = name.startsWith('playwright') ? fromPlaywright(report) : fromVitest(report);
    for (const key of Object.keys(total)) total[key] += counts[key] ?? 0;
  }
  return total;
}

function fromVitest({ numPassedTests, numFailedTests, numPendingTests }) {
  return { passed: numPassedTests, failed: numFailedTests, skipped: numPendingTests };
}

function fromPlaywright({ stats }) {
  return { passed: stats.expected, failed: stats.unexpected + stats.flaky, skipped: stats.skipped };
}
