import fc from 'fast-check';
import { expect, test } from 'vitest';
import * as z from 'zod/mini';
import { LONGEST } from '../../../src/shared/bounds';
import {
  boundedProblem,
  problemFactsSchema,
  problemSchema,
  type ProblemFacts,
} from '../../../src/shared/problem';
import { describeProblem, describeUpload } from '../../../src/shared/text/uploadErrors';

type Json = {
  type?: string;
  enum?: string[];
  const?: string | boolean;
  minimum?: number;
  maximum?: number;
  properties?: Record<string, Json>;
  required?: string[];
  oneOf?: Json[];
};

const word = fc.stringMatching(/^[\w.:/-]{1,40}$/);

/** Values that a JSON schema of facts allows. */
function valuesOf(schema: Json): fc.Arbitrary<unknown> {
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (schema.type === 'string') return word;
  if (schema.type === 'integer') return fc.integer({ min: schema.minimum, max: schema.maximum });
  if (schema.type === 'number') return fc.double({ min: schema.minimum, max: schema.maximum, noNaN: true });
  const fields = Object.entries(schema.properties!).map(([name, field]) => [name, valuesOf(field)]);
  return fc.record(Object.fromEntries(fields) as Record<string, fc.Arbitrary<unknown>>, {
    requiredKeys: schema.required as never[],
  });
}

const { oneOf: kinds = [] } = z.toJSONSchema(problemFactsSchema) as Json;
const names = kinds.flatMap(
  ({ properties }) => properties!.kind!.enum ?? [properties!.kind!.const as string],
);

test('there are kinds to describe', () => {
  expect(names.length).toBeGreaterThan(70);
  expect(new Set(names).size).toBe(names.length);
});

test.each(names.filter((name) => name !== 'told'))('%s is told in whole sentences', (name) => {
  const schema = kinds.find(({ properties }) =>
    (properties!.kind!.enum ?? [properties!.kind!.const]).includes(name),
  )!;
  fc.assert(
    fc.property(valuesOf(schema), fc.constantFrom('bundle' as const, 'file' as const), (made, subject) => {
      const facts = { ...(made as object), kind: name } as ProblemFacts;
      const problem = { code: 'SomeCode', facts, details: 'raw' };
      for (const error of [
        describeProblem(problem, subject),
        describeUpload(problem, subject),
        describeUpload({ ...problem, givenUp: true }, subject),
      ]) {
        expect(error).toMatchObject({ code: 'SomeCode', details: 'raw' });
        for (const sentence of [error.message, error.action])
          expect(sentence).toMatch(/^(?!.*(undefined|null|NaN|\[object)).+\.$/);
        expect(error.message).not.toContain('SomeCode');
      }
    }),
    { numRuns: 20 },
  );
});

test('what nothing is tried again for promises nothing', () => {
  for (const kind of names.filter((name) => name !== 'told')) {
    const facts = { kind, profile: 'p', bucket: 'b', status: 500, command: 'sso', attribute: 'encryption' };
    const problem = { code: 'X', facts: facts as unknown as ProblemFacts };
    for (const { action } of [describeUpload({ ...problem, givenUp: true }), describeProblem(problem)])
      expect(action, kind).not.toContain('automatically');
  }
});

test('five minutes without a way to the destination are told', () => {
  const problem = { code: 'ENOTFOUND', facts: { kind: 'unreachable', server: 's3.test' } } as const;
  const advice = (unreachableForMs: number) => describeUpload({ ...problem, unreachableForMs }).action;
  expect(advice(299_999)).not.toContain('check network or address');
  expect(advice(300_000)).toContain('(endpoint not reachable: check network or address)');
});

test('a profile’s name is quoted where a shell needs it', () => {
  const expired = (profile: string) =>
    describeProblem({ code: 'X', facts: { kind: 'sign-in-expired', profile, command: 'sso' } }).action;
  expect(expired('team')).toContain('aws sso login --profile team,');
  expect(expired('two words')).toContain('aws sso login --profile "two words",');
});

test('whatever a server says fits its bounds', () => {
  const long = fc.string({ unit: 'binary', maxLength: 3 }).map((text) => text.repeat(8000));
  fc.assert(
    fc.property(long, long, long, (code, said, region) => {
      const facts = { kind: 'other-region', bucket: said, region } as const;
      const problem = boundedProblem({ code, facts, details: said.repeat(10) });
      expect(z.safeParse(problemSchema, problem).error?.issues).toBeUndefined();
      const { message, action } = describeProblem(problem);
      expect(Math.max(message.length, action.length)).toBeLessThanOrEqual(LONGEST.line);
    }),
  );
});
