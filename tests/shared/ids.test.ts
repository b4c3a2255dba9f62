import fc from 'fast-check';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { isSessionId, makeSessionId } from '../../src/shared/ids';
import { sessionPaths } from '../../src/main/sessions/sessionPaths';

describe('session ids', () => {
  test('are made from start and randomness, and are accepted', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('2000-01-01'), max: new Date('2099-12-31'), noInvalidDate: true }),
        fc.nat(0xffff),
        (date, n) => {
          expect(isSessionId(makeSessionId(date.getTime(), n.toString(16).padStart(4, '0')))).toBe(true);
        },
      ),
    );
  });

  test('nothing but an id makes a path, and every path lies inside the folder', () => {
    const root = path.resolve('/data/sessions');
    const hostile = fc.oneof(
      fc.string(),
      fc.constantFrom('..', '.', '', '../x', '20260131-142530-9f3a/..', '20260131-142530-9f3a\n', 'C:\\x'),
    );
    fc.assert(
      fc.property(hostile, (id) => {
        if (isSessionId(id)) expect(sessionPaths(root, id).folder).toBe(path.join(root, id));
        else expect(() => sessionPaths(root, id)).toThrow('not a session');
      }),
    );
    for (const file of Object.values(sessionPaths(root, '20260131-142530-9f3a')).filter((value) =>
      path.isAbsolute(value),
    ))
      expect(path.relative(root, file).startsWith('..')).toBe(false);
  });
});
