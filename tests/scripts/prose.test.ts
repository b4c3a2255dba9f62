import { expect, it } from 'vitest';
import { proseProblems } from '../../scripts/lib/prose.mjs';

const words = (count: number) => Array.from({ length: count }, (_, at) => `word${at}`).join(' ');

it.each([
  ['# A title\n\nWhoever reads this\n', [3]],
  ['One.\n\nWhat the app cannot see is a window.\n', [3]],
  ['The the app.\n', [1]],
  [`Short.\n\n${words(20)}\n${words(20)}.\n`, [3]],
])('finds the awkward place in %j', (text, lines) => {
  expect(proseProblems(text).map(({ line }) => line)).toEqual(lines);
});

it.each([
  ['```sh\nnobody goes on\n```\n\n| whoever | nobody |\n'],
  ['The option `nobody` names a user: see [users](nobody.md).\n'],
  [`${words(20)}.\n${words(20)}.\n\n- ${words(20)}\n- ${words(20)}\n`],
  ['## Pause\n\nPause stops the recording. The app records what happens.\n'],
])('has no complaint about %j', (text) => {
  expect(proseProblems(text)).toEqual([]);
});
