import { expect, it } from 'vitest';
import { makeExclusions } from '../../../src/main/recorder/exclusions';

const window = { app: 'Firefox', title: 'My bank (3) – Überweisung' };

it.each([
  ['part of the title', ['bank'], true],
  ['part of the app’s name', ['fox'], true],
  ['another case', ['MY BANK', 'nothing'], true],
  ['another spelling of an umlaut', ['U\u0308berweisung'], true],
  ['an asterisk between', ['my*überw'], true],
  ['an asterisk between app and title, which are looked at apart', ['fire*bank'], false],
  ['signs that mean something elsewhere', ['bank (3)'], true],
  ['a dot that is a dot', ['ban.'], false],
  ['something else', ['mail'], false],
  ['blanks only', ['  ', ''], false],
  ['nothing', [], false],
])('%s', (_what, patterns, excluded) => {
  expect(makeExclusions(patterns)(window)).toBe(excluded);
});
