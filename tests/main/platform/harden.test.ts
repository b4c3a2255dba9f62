import { expect, test } from 'vitest';
import { contentSecurityPolicy } from '../../../src/main/platform/contentSecurityPolicy';
import { ignoreDistrust } from '../../../src/main/platform/harden';
import { SilentLog } from '../../fakes/SilentLog';

test('pages load their own files only, and make no peer connections', () => {
  const policy = contentSecurityPolicy('app://session-recorder/sessions/').split('; ');
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("webrtc 'block'");
  expect(policy.join()).not.toMatch(/unsafe|https?:|file:|\*/);
});

test('the wish to check no certificates is not passed on, and is logged', () => {
  const log = new SilentLog();
  const env: NodeJS.ProcessEnv = { NODE_TLS_REJECT_UNAUTHORIZED: '0', PATH: '/bin' };
  ignoreDistrust(env, log);
  expect(env).toEqual({ PATH: '/bin' });
  expect(JSON.stringify(log)).toContain('NODE_TLS_REJECT_UNAUTHORIZED');
  ignoreDistrust(env, log);
});
