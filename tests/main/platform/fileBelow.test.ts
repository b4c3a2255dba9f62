import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { fileBelow } from '../../../src/main/platform/fileBelow';

const root = path.resolve('/app/renderer');

describe('fileBelow', () => {
  it('finds what lies below', () => {
    expect(fileBelow(root, '/main_window/index.html')).toBe(path.join(root, 'main_window', 'index.html'));
    expect(fileBelow(root, '/a%20b/../c.js')).toBe(path.join(root, 'c.js'));
  });

  it.each([
    '/../secret',
    '/..%2f..%2fetc%2fpasswd',
    '/%2e%2e/renderer-of-others/x',
    '/../renderer2/x',
    '/',
    '/%',
    '/%00',
    '/x%00.html',
  ])('refuses %s', (urlPath) => expect(fileBelow(root, urlPath)).toBeUndefined());
});
