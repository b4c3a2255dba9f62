import { describe, expect, it } from 'vitest';
import { isOfOrigin } from '../../../src/main/platform/ownOrigin';

describe('isOfOrigin', () => {
  const own = 'app://session-recorder';

  it.each(['app://session-recorder/main_window/index.html', 'app://session-recorder/toolbar/index.html?x#y'])(
    'knows %s as ours',
    (url) => expect(isOfOrigin(url, own)).toBe(true),
  );

  it.each([
    'app://elsewhere/main_window/index.html',
    'app://session-recorder.example/',
    'app://session-recorder:81/',
    'https://session-recorder/',
    'data:text/html,hello',
    'file:///etc/passwd',
    'blob:app://session-recorder/1',
    'about:blank',
    'javascript:alert(1)',
    '',
  ])('refuses %s', (url) => expect(isOfOrigin(url, own)).toBe(false));

  it('tells the development server from its neighbours', () => {
    expect(isOfOrigin('http://localhost:3000/main_window', 'http://localhost:3000')).toBe(true);
    expect(isOfOrigin('http://localhost:3001/main_window', 'http://localhost:3000')).toBe(false);
  });
});
