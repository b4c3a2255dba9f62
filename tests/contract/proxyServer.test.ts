import { expect, test } from 'vitest';
import { proxyFor, proxySecrets } from '../../src/upload/objectStore/s3/proxy/proxyServer';

const amazon = { protocol: 'https:', hostname: 'films.s3.eu-central-1.amazonaws.com' };
const nameFor = (env: Record<string, string>, target: Parameters<typeof proxyFor>[0] = amazon) =>
  proxyFor(target, env)?.name;

test('each protocol has its variable, lower case first, and a scheme may be left out', () => {
  expect(nameFor({})).toBeUndefined();
  expect(nameFor({ HTTP_PROXY: 'http://a:1' })).toBeUndefined();
  expect(nameFor({ HTTPS_PROXY: 'http://a:1', https_proxy: 'b:2' })).toBe('b:2');
  expect(nameFor({ HTTPS_PROXY: 'https://a' })).toBe('a:443');
  expect(nameFor({ HTTPS_PROXY: 'a' })).toBe('a:80');
  expect(nameFor({ HTTPS_PROXY: 'http://[fd00::1]:3128' })).toBe('[fd00::1]:3128');
  expect(nameFor({ http_proxy: 'a:1' }, { protocol: 'http:', hostname: 'x.internal' })).toBe('a:1');
  expect(nameFor({ HTTPS_PROXY: ' ' })).toBeUndefined();
});

test('a password is known for one, with a scheme before it or without', () => {
  const spellings = ['p%40ss', 'p@ss', Buffer.from('me:p@ss').toString('base64')];
  for (const scheme of ['http://', 'socks5://', ''])
    expect(proxySecrets({ HTTPS_PROXY: `${scheme}me:p%40ss@proxy.test:3128` })).toEqual(spellings);
  expect(proxySecrets({ HTTPS_PROXY: 'proxy.test:3128' })).toEqual([]);
});

test.each(['localhost', '127.0.0.1', '127.8.9.1', '::1', '[::1]', 'bucket.localhost'])(
  'this computer is asked straight: %s',
  (hostname) =>
    expect(nameFor({ http_proxy: 'a:1' }, { protocol: 'http:', hostname, port: 9000 })).toBeUndefined(),
);

test.each([
  ['*', 'any.example.com', true],
  ['example.com', 'example.com', true],
  ['example.com', 's3.example.com', true],
  ['.example.com', 's3.example.com', true],
  ['*.example.com', 's3.example.com', true],
  ['example.com', 'notexample.com', false],
  ['a.test, Example.COM', 'S3.example.com', true],
  ['a.test example.com', 's3.example.com', true],
  ['example.com:443', 's3.example.com', true],
  ['example.com:8443', 's3.example.com', false],
  ['10.0.0.0/8', '10.1.2.3', true],
  ['10.0.0.0/8', '11.1.2.3', false],
  ['10.0.0.0/8', 'ten.example.com', false],
  ['192.168.1.5', '192.168.1.5', true],
  ['168.1.5', '192.168.1.5', false],
  ['fd00::/8', '[fd12::1]', true],
  ['fd12::1', '[fd12::1]', true],
  ['[fd12::1]:443', '[fd12::1]', true],
  ['10.0.0.0/99', '10.1.2.3', false],
  ['', 'example.com', false],
])('NO_PROXY %j excepts %s: %s', (list, hostname, excepted) => {
  const target = { protocol: 'https:', hostname };
  expect(nameFor({ HTTPS_PROXY: 'a:1', NO_PROXY: list }, target) === undefined).toBe(excepted);
  expect(nameFor({ HTTPS_PROXY: 'a:1', no_proxy: list }, target) === undefined).toBe(excepted);
});
