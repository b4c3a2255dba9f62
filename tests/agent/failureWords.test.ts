import { expect, test } from 'vitest';
import * as z from 'zod/mini';
import { forTerminal } from '../../src/agent/uploadCommand/failureWords';
import { problemFactsSchema, type ProblemFacts, type ProblemKind } from '../../src/shared/problem';

type Kinds = { oneOf: { properties: { kind: { enum?: ProblemKind[]; const?: ProblemKind } } }[] };

const kinds = (z.toJSONSchema(problemFactsSchema) as unknown as Kinds).oneOf.flatMap(
  ({ properties: { kind } }) => kind.enum ?? [kind.const!],
);

/** What only the app meets: its settings, its local bucket, and attributes that the command never asks for. */
const OF_THE_APP: ReadonlySet<ProblemKind> = new Set([
  ...(['told', 'not-configured', 'destination-unknown', 'secret-missing', 'secret-locked'] as const),
  ...(['program-closed', 'server-not-proven', 'object-tags-refused', 'storage-class-unknown'] as const),
  ...(['attribute-refused'] as const),
]);

test('a problem at a terminal names no button, no settings page and no app', () => {
  const met = kinds.filter((kind) => !OF_THE_APP.has(kind));
  expect(met.length).toBeGreaterThan(60);
  for (const kind of met) {
    const names = { server: 's3.test', profile: 'p', bucket: 'b', proxy: 'proxy:1', variable: 'HTTPS_PROXY' };
    const more = {
      status: 413,
      command: 'sso',
      attribute: 'encryption',
      encryption: 'sse-s3',
      to: 'http://x',
    };
    const facts = { kind, ...names, ...more, endpoint: 'https://x' } as unknown as ProblemFacts;
    const { message, action } = forTerminal({ code: 'X', facts });
    expect(`${message} ${action}`, kind).not.toMatch(/settings|Retry|\bapp\b|Advanced/i);
    expect(action, kind).toMatch(/\.$/);
  }
});
