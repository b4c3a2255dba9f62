import { expect, test } from 'vitest';
import { contentSecurityPolicy } from '../../../src/main/platform/contentSecurityPolicy';
import { closeNetwork, ignoreDistrust } from '../../../src/main/platform/harden';
import { SilentLog } from '../../fakes/SilentLog';

test('pages load their own files only', () => {
  const policy = contentSecurityPolicy('app://session-recorder/sessions/').split('; ');
  expect(policy).toContain("default-src 'none'");
  expect(policy.join()).not.toMatch(/unsafe|https?:|file:|\*/);
});

test('Chromium’s network is closed, except for the server of a page that is being developed', () => {
  const switches = (developmentUrl?: string) => {
    const given: Record<string, string | undefined> = {};
    closeNetwork({ appendSwitch: (name, value) => void (given[name] = value) }, developmentUrl);
    return given;
  };
  const closed = { 'proxy-server': 'http://127.0.0.1:0' };
  expect(switches()).toEqual({
    ...closed,
    'proxy-bypass-list': '<-loopback>',
    'host-resolver-rules': 'MAP * ~NOTFOUND',
  });
  expect(switches('http://localhost:3000')).toEqual({
    ...closed,
    'proxy-bypass-list': '<-loopback>;localhost:3000',
    'host-resolver-rules': 'MAP * ~NOTFOUND, EXCLUDE localhost',
  });
});

test('the wish to check no certificates is not passed on, and is logged', () => {
  const log = new SilentLog();
  const env: NodeJS.ProcessEnv = { NODE_TLS_REJECT_UNAUTHORIZED: '0', PATH: '/bin' };
  ignoreDistrust(env, log);
  expect(env).toEqual({ PATH: '/bin' });
  expect(JSON.stringify(log)).toContain('NODE_TLS_REJECT_UNAUTHORIZED');
  ignoreDistrust(env, log);
});
