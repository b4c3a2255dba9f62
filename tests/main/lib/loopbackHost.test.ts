import { expect, test } from 'vitest';
import { isLoopbackHost } from '../../../src/lib/loopbackHost';

test.each([
  ['127.0.0.1', true],
  ['127.255.0.9', true],
  ['::1', true],
  ['[::1]', true],
  ['localhost', true],
  ['LocalHost', true],
  ['bucket.localhost', true],
  ['127.x.example.com', false],
  ['127.0.0.1.example.com', false],
  ['127.0.0.256', false],
  ['127.0.0', false],
  ['128.0.0.1', false],
  ['::2', false],
  ['notlocalhost', false],
  ['localhost.example.com', false],
  ['', false],
])('%s is this computer: %s', (host, expected) => expect(isLoopbackHost(host)).toBe(expected));
