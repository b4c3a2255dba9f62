import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

const root = path.resolve(__dirname, '..', '..');
const read = (...parts: string[]) => readFileSync(path.join(root, ...parts), 'utf8');
const workflow = read('.github', 'workflows', 'test.yml');
/** The jobs' texts, by name. */
const jobs = Object.fromEntries(
  workflow
    .slice(workflow.indexOf('\njobs:\n'))
    .split(/\n(?= {2}\w+:\n)/)
    .slice(1)
    .map((text) => [/\w+/.exec(text)![0], text]),
);

it('the workflow runs every step of npm test on Linux', () => {
  const steps = [...read('scripts', 'lib', 'testSteps.mjs').matchAll(/name: '(\w+)'/g)].map(
    ([, name]) => name!,
  );
  const run = [...jobs.linux!.matchAll(/npm test -- ([\w ]+)/g)].flatMap(([, names]) =>
    names!.trim().split(' '),
  );
  expect(steps).toContain('e2e');
  expect(steps.filter((step) => !run.includes(step))).toEqual([]);
});

it('the workflow names specs that there are, and the telling ones first', () => {
  const [, first] = /first="([^"]+)"/.exec(jobs.linux!)!;
  const named = [...workflow.matchAll(/tests\/e2e\/(\w+)\.spec\.ts/g)].map(([, name]) => name!);
  const all = [...first!.split(' '), ...named];
  expect(all.slice(0, 3)).toEqual(['smoke', 'security', 'recording']);
  expect(all.filter((name) => !existsSync(path.join(root, 'tests', 'e2e', `${name}.spec.ts`)))).toEqual([]);
});

it('the workflow installs all programs that npm test asks for', () => {
  const packages = [...read('scripts', 'lib', 'system.mjs').matchAll(/^ {2}\w+: '([\w-]+)'/gm)].map(
    ([, name]) => name!,
  );
  const [, installed] = /apt-get install ([^]+?)\n {6}#/.exec(jobs.linux!)!;
  expect(packages).toContain('openbox');
  // GitHub's runners have Google Chrome, which does as well, and util-linux belongs to every system.
  const missing = packages.filter(
    (name) => !['chromium', 'util-linux'].includes(name) && !installed!.includes(name),
  );
  expect(missing).toEqual([]);
});
