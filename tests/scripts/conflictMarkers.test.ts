import { expect, it } from 'vitest';
import { conflictLines } from '../../scripts/lib/conflictMarkers.mjs';

// Put together here, so that this file holds no marker itself.
const [ours, base, theirs] = ['<', '|', '>'].map((sign) => sign.repeat(7));
const quoted = '> '.repeat(6) + '>';

it.each([
  [`a\n${ours} HEAD\nb\n=======\nc\n${theirs} 1234abc\n`, [2, 6]],
  [`${ours}\r\n${base} base\r\n`, [1, 2]],
  [`- list\n  ${ours} HEAD\n- x\n  \\=======\n\n${quoted} 1234abc (wip)\n`, [2, 6]],
  ['A heading\n=======\n> > > quoted thrice\n', []],
  [`x ${ours} y\n${ours}<\n${theirs}>\n`, []],
])('finds the marks of a merge in %j', (text, lines) => {
  expect(conflictLines(text)).toEqual(lines);
});
