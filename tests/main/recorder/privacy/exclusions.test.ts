import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createExclusions } from '../../../../src/main/recorder/privacy/exclusions';

const window = { app: 'Firefox', title: 'My bank (3) – Überweisung' };
const excludes = (pattern: string, title: string) => createExclusions([pattern])({ app: '·', title });

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
  expect(createExclusions(patterns)(window)).toBe(excluded);
});

it.each([
  ['a zero-width space', 'Microsoft Edge', 'News - Microsoft\u200B Edge'],
  ['a zero-width space for the blank', 'Microsoft Edge', 'Microsoft\u200BEdge'],
  ['both in one title', 'Microsoft Edge', 'Mic\u200Brosoft\u200BEdge'],
  ['a soft hyphen, a joiner and a mark of direction', 'bank', 'b\u00ADa\u200Dn\u202Ek'],
  ['a tag and a variation selector', 'bank', 'b\u{E0061}a\uFE0Fnk'],
  ['a Hangul filler', 'my bank', 'my\u3164 bank'],
  ['control characters', 'bank', 'b\u0000a\u001Bn\u007Fk'],
  ['a private character', 'bank', 'ba\uE000nk'],
  ['another blank', 'my bank', 'my\u00A0bank'],
  ['more blanks', 'my bank', 'my \u2003\t\n bank'],
  ['a Braille blank', 'my bank', 'my\u2800bank'],
  ['full width', 'bank', 'ｂａｎｋ'],
  ['mathematical letters', 'bank', '𝐛𝒶𝗇𝚔'],
  ['a ligature', 'office', 'oﬃce'],
  ['the Kelvin sign', 'kelvin', '\u212Aelvin'],
  ['a sharp s', 'STRASSE', 'straße'],
  ['a capital sharp s', 'strasse', 'STRAẞE'],
  ['a final sigma', 'ΟΔΟΣ', 'οδος'],
  ['a Turkish i', 'istanbul', 'İSTANBUL'],
  ['a zero-width space for the blank in the pattern', 'Microsoft\u200BEdge', 'Microsoft Edge'],
  ['a zero-width space for the blank in both', 'Microsoft\u200BEdge', 'News - Microsoft\u200B Edge'],
  ['blanks that only the title has, hidden in the pattern', 'Micro\u200Bsoft*Edge', 'Micro soft Ed ge'],
  ['the same in the pattern', 'Micro\u200Bsoft\u00A0\u00A0Edge', 'Microsoft Edge'],
])('a title is compared as it is seen: %s', (_what, pattern, title) => {
  expect(excludes(pattern, title)).toBe(true);
  expect(createExclusions([pattern])({ app: title, title: 'x' })).toBe(true);
});

it.each([
  ['a lone surrogate', 'pa\uD800ge'],
  ['a character that could not be read', 'pa\uFFFDge'],
  ['a name without end', 'a'.repeat(100_000)],
])('what cannot be judged is left out: %s', (_what, title) => {
  expect(excludes('bank', title)).toBe(true);
  expect(createExclusions([])({ app: 'App', title })).toBe(false);
});

it('leaves out a window without any name', () => {
  expect(createExclusions(['bank'])({ app: '', title: '' })).toBe(true);
  expect(createExclusions(['bank'])({ app: 'App', title: '' })).toBe(false);
});

it('leaves everything out for a pattern that cannot be compared', () => {
  expect(excludes('ba\uD800nk', 'mail')).toBe(true);
});

it.each([
  ['a private character, which some font shows', '\uF8FF', true],
  ['a character of a newer Unicode', '\u{3FFF0}', true],
  ['a zero-width space', '\u200B', false],
  ['a byte order mark and a blank', '\uFEFF \u00A0', false],
])('a pattern of nothing but %s', (_what, pattern, excluded) => {
  expect(excludes(pattern, 'mail')).toBe(excluded);
});

it('matches, wherever pattern and title, or one of them, hide characters or have them for blanks', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'B', 'é', '1'), minLength: 1, maxLength: 5 });
  const words = fc.array(word, { minLength: 1, maxLength: 4 });
  const blank = fc.constantFrom(' ', '\u00A0', ' \t', '\u200B', ' \u2060', '\u00AD');
  const inWord = fc.constantFrom('', '', '', '\u200B', '\u2060', '\u{E0020}');
  const written = fc.func(fc.tuple(blank, inWord));
  fc.assert(
    fc.property(words, written, written, (phrase, inPattern, inTitle) => {
      const write = (how: typeof inPattern) =>
        phrase
          .map((part, at) => [...part].join(how('word', at)[1]))
          .reduce((text, part, at) => text + how('blank', at)[0] + part);
      expect(excludes(write(inPattern), `x ${write(inTitle)} y`)).toBe(true);
    }),
  );
});

it('finds what an expression finds, whatever stands in the title', () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'b', ' '), maxLength: 12 });
  const pattern = fc.array(letters, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('*'));
  const tidy = (text: string) => text.replaceAll(/ +/g, ' ').trim();
  fc.assert(
    fc.property(pattern, letters, (wanted, title) => {
      fc.pre(tidy(wanted) !== '');
      expect(excludes(wanted, title)).toBe(new RegExp(tidy(wanted).replaceAll('*', '.*')).test(tidy(title)));
    }),
  );
});

it('is not misled by anything invisible, nor by case', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'Z', 'ß', 'é', '1', '–'), minLength: 1, maxLength: 8 });
  const hidden = fc.constantFrom(
    '\u200B',
    '\u2060',
    '\uFEFF',
    '\u00AD',
    '\u061C',
    '\u180E',
    '\u{E0020}',
    '\u0007',
  );
  fc.assert(
    fc.property(word, word, hidden, fc.boolean(), (before, name, mark, upper) => {
      const spread = [...name].join(mark);
      expect(excludes(name, before + (upper ? spread.toUpperCase() : spread))).toBe(true);
    }),
  );
});

it('needs no longer for a title that nearly matches in many ways', () => {
  // An expression with as many asterisks tries every combination of them, which ends in no lifetime.
  const pattern = `*${'bank*'.repeat(20)}account*`;
  expect(excludes(pattern, 'bank'.repeat(1000))).toBe(false);
  expect(excludes(pattern, `${'bank'.repeat(900)}account`)).toBe(true);
});
