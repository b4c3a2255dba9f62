import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { eventually } from '../eventually';
import { listProfiles } from '../../src/upload/objectStore/s3/profiles/listProfiles';
import { ProfileCredentials } from '../../src/upload/objectStore/s3/profiles/profileCredentials';
import type { AppError } from '../../src/shared/appError';
import type { ObjectStoreError } from '../../src/upload/objectStore/objectStore';
import { CredentialProcess } from '../fakes/CredentialProcess';
import { FakeClock } from '../fakes/FakeClock';
import { quietLog } from '../main/upload/support';
import { wordsOf } from '../wordsOf';

let program: CredentialProcess;
let clock: FakeClock;
let hidden: string[];
beforeEach(async () => {
  program = await CredentialProcess.make();
  clock = new FakeClock(Date.now());
  hidden = [];
  onTestFinished(() => program.remove());
});

function open(onWait?: (profile: string | undefined) => void): ProfileCredentials {
  const hideSecret = (secret: string) => void hidden.push(secret);
  return new ProfileCredentials({ env: program.env, clock, log: quietLog, hideSecret, onWait });
}

async function refusal(profile: string): Promise<AppError> {
  const failure = await open()
    .get({ profile })
    .then(
      () => expect.unreachable('it gave keys'),
      (error: ObjectStoreError) => error,
    );
  expect(failure.verdict).toBe('needs-user');
  return wordsOf(failure);
}

const keys = (n: number) => ({
  accessKeyId: `AKID${n}`,
  secretAccessKey: `secret-${n}`,
  sessionToken: `token-${n}`,
});
const HOUR_MS = 3_600_000;

test('profiles are listed from both files, with where their keys come from', async () => {
  await program.write(
    'config',
    `[default]\nregion = us-east-1\n
    # a comment\n[profile "quoted"]\nsso_session = corp\nregion=eu-west-1 ; Ireland\n
    [sso-session corp]\nsso_region = eu-west-1\n
    [profile role]\nrole_arn = arn:aws:iam::1:role/r\nsource_profile = default\ns3 =\n  region = nested\n
    [services here]\ns3 =\n  endpoint_url = x\n[profile vault]\ncredential_process = give\n[profile blank]\n`,
  );
  await program.write(
    'credentials',
    '[default]\naws_access_key_id = A\naws_secret_access_key = B\n[other]\n[short]\naws_access_key_id = A\naws_secret_access_key = B\naws_session_token = C\n',
  );
  expect(await listProfiles(program.env)).toEqual([
    { name: 'blank' },
    { name: 'default', kind: 'keys', region: 'us-east-1' },
    { name: 'other' },
    { name: 'quoted', kind: 'sso', region: 'eu-west-1' },
    { name: 'role', kind: 'role' },
    { name: 'short', kind: 'temporary-keys' },
    { name: 'vault', kind: 'process' },
  ]);
  expect(await listProfiles({ HOME: path.join(program.folder, 'nowhere') })).toEqual([]);
});

describe('a profile that cannot be used is named, with what to do', () => {
  test('one that is missing, or whose source is', async () => {
    expect(await refusal('nobody')).toMatchObject({
      code: 'ProfileMissing',
      message: 'There is no AWS profile “nobody” on this computer.',
      details: expect.stringContaining(program.env.AWS_CONFIG_FILE) as unknown,
    });
    await program.write('config', '[profile r]\nrole_arn = arn:aws:iam::1:role/r\nsource_profile = gone\n');
    expect(await refusal('r')).toMatchObject({ code: 'ProfileMissing', message: /“gone”/ });
    const withKeys = 'aws_access_key_id = A\naws_secret_access_key = B\n';
    await program.write('credentials', `[r]\n${withKeys}`);
    expect(await refusal('r')).toMatchObject({ code: 'ProfileMissing', message: /“gone”/ });
  });

  test('roles that only point at each other', async () => {
    const role = (name: string, source: string) =>
      `[profile ${name}]\nrole_arn = arn:aws:iam::1:role/r\nsource_profile = ${source}\n`;
    await program.write('config', role('a', 'b') + role('b', 'a') + role('self', 'self'));
    for (const profile of ['a', 'self'])
      expect(await refusal(profile)).toMatchObject({ code: 'ProfileWithoutKeys' });
  });

  test('keys of the environment and of machines are never used', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDENV');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret-of-the-environment');
    onTestFinished(() => void vi.unstubAllEnvs());
    await program.write(
      'config',
      '[profile bare]\nregion = x\n[profile vm]\nrole_arn = arn:aws:iam::1:role/r\ncredential_source = Ec2InstanceMetadata\n' +
        '[profile env]\nrole_arn = arn:aws:iam::1:role/r\ncredential_source = Environment\n' +
        '[profile chained]\nrole_arn = arn:aws:iam::1:role/q\nsource_profile = env\n',
    );
    expect(await refusal('bare')).toMatchObject({ code: 'ProfileWithoutKeys' });
    for (const profile of ['vm', 'env', 'chained'])
      expect(await refusal(profile)).toMatchObject({ code: 'ProfileUsesCredentialSource' });
  });

  test('one that asks for a code', async () => {
    await program.write(
      'config',
      '[default]\naws_access_key_id = A\naws_secret_access_key = B\n' +
        '[profile m]\nrole_arn = arn:aws:iam::1:role/r\nsource_profile = default\nmfa_serial = arn:aws:iam::1:mfa/me\n',
    );
    expect(await refusal('m')).toMatchObject({ code: 'ProfileWantsMfa' });
  });

  test.each([
    [
      'a session of its own',
      '[profile s]\nsso_start_url = https://corp.awsapps.com/start\n',
      'https://corp.awsapps.com/start',
    ],
    [
      'a shared session',
      '[profile s]\nsso_session = corp\n[sso-session corp]\nsso_region = eu-west-1\nsso_start_url = https://corp.awsapps.com/start\n',
      'corp',
    ],
  ])('an SSO sign-in that has ended: %s', async (_what, config, cacheName) => {
    for (const [name, value] of Object.entries(program.env)) vi.stubEnv(name, value);
    onTestFinished(() => void vi.unstubAllEnvs());
    const rest = 'sso_region = eu-west-1\nsso_account_id = 1\nsso_role_name = r\n';
    await program.write('config', config.replace('[profile s]\n', `[profile s]\n${rest}`));
    const asked = {
      code: 'SsoSessionExpired',
      action: 'Sign in again: run aws sso login --profile s, then try again.',
    };
    expect(await refusal('s')).toMatchObject(asked);
    const cache = path.join(program.folder, '.aws/sso/cache');
    await mkdir(cache, { recursive: true });
    const token = { accessToken: 'sso-token', expiresAt: '2020-01-01T00:00:00Z' };
    await writeFile(
      path.join(cache, `${createHash('sha1').update(cacheName).digest('hex')}.json`),
      JSON.stringify(token),
    );
    const error = await refusal('s');
    expect(error).toMatchObject(asked);
    expect(error.details).toContain('aws sso login');
  });

  test('a command that gives no keys, none that still hold, or no answer', async () => {
    await program.answer({ fail: 'sealed' });
    expect(await refusal('team')).toMatchObject({ code: 'CredentialProcessFailed', details: /error/ });
    await program.answer({ keys: keys(1), expiresAtMs: Date.now() - 1000 });
    expect(await refusal('team')).toMatchObject({ code: 'CredentialProcessFailed', details: /expired/ });
    await program.answer({ hang: true });
    const late = refusal('team');
    await eventually(async () => expect(await program.asked()).toBe(1));
    clock.advance(120_000);
    expect(await late).toMatchObject({ code: 'ProfileTooSlow' });
  });
});

describe('credentials', () => {
  test('are asked for once by all that need them, and hidden from the log', async () => {
    await program.answer({ keys: keys(1), expiresAtMs: Date.now() + HOUR_MS });
    const profiles = open();
    const given = await Promise.all([1, 2, 3].map(() => profiles.get({ profile: 'team' })));
    expect(given).toEqual(given.map(() => expect.objectContaining(keys(1)) as unknown));
    expect(await program.asked()).toBe(1);
    expect(hidden).toEqual(['secret-1', 'token-1']);
  });

  test('are asked for anew before they end, when they were refused, and when a file changes', async () => {
    const inAnHour = { expiresAtMs: clock.now() + HOUR_MS };
    await program.answer(...[1, 2, 3].map((n) => ({ keys: keys(n), ...inAnHour })), { keys: keys(4) });
    const profiles = open();
    const get = (refused?: ReturnType<typeof keys>) => profiles.get({ profile: 'team', refused });
    expect(await get()).toMatchObject(keys(1));
    clock.advance(HOUR_MS - 5 * 60_000 - 1000);
    expect(await get()).toMatchObject(keys(1));
    clock.advance(2000);
    expect(await get()).toMatchObject(keys(2));
    expect(await get(keys(2))).toMatchObject(keys(3));
    await program.write('credentials', '[team]\nregion = elsewhere\n');
    expect(await get()).toMatchObject(keys(4));
    clock.advance(24 * HOUR_MS);
    expect(await get()).toMatchObject(keys(4));
    expect(await program.asked()).toBe(4);
  });

  test('that still hold are used on where new ones cannot be had yet', async () => {
    await program.answer({ keys: keys(1), expiresAtMs: clock.now() + HOUR_MS }, { fail: 'sealed' });
    const profiles = open();
    await profiles.get({ profile: 'team' });
    clock.advance(HOUR_MS - 60_000);
    expect(await profiles.get({ profile: 'team' })).toMatchObject(keys(1));
    const asked = await program.asked();
    expect(await profiles.get({ profile: 'team' })).toMatchObject(keys(1));
    expect(await program.asked()).toBe(asked);
    clock.advance(31_000);
    expect(await profiles.get({ profile: 'team' })).toMatchObject(keys(1));
    expect(await program.asked()).toBe(asked + 1);
    clock.advance(29_000);
    await expect(profiles.get({ profile: 'team' })).rejects.toMatchObject({ verdict: 'needs-user' });
  });

  test('that still hold are used on while new ones are waited for, and the wait is told', async () => {
    await program.answer({ keys: keys(1), expiresAtMs: clock.now() + HOUR_MS }, { hang: true });
    const waits: (string | undefined)[] = [];
    const profiles = open((profile) => waits.push(profile));
    await profiles.get({ profile: 'team' });
    clock.advance(HOUR_MS - 60_000);
    const renewed = profiles.get({ profile: 'team' });
    await eventually(async () => expect(await program.asked()).toBe(2));
    expect(waits).toEqual([]);
    clock.advance(5000);
    expect(await renewed).toMatchObject(keys(1));
    expect(waits).toEqual(['team']);
    // Nobody waits for it again while it is asked.
    expect(await profiles.get({ profile: 'team' })).toMatchObject(keys(1));
    clock.advance(115_000);
    await eventually(() => expect(waits).toEqual(['team', undefined]));
  });

  test('in a file are taken as they stand now', async () => {
    const inFile = (id: string) => `[team]\naws_access_key_id = ${id}\naws_secret_access_key = s\n`;
    await program.write('config', '');
    await program.write('credentials', inFile('OLD'));
    const profiles = open();
    expect(await profiles.get({ profile: 'team' })).toMatchObject({ accessKeyId: 'OLD' });
    await program.write('credentials', inFile('NEW'));
    expect(await profiles.get({ profile: 'team' })).toMatchObject({ accessKeyId: 'NEW' });
  });
});
