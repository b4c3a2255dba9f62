import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import https from 'node:https';
import { mkdir, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { listProfiles } from '../../src/upload/objectStore/s3/profiles/listProfiles';
import { ProfileCredentials } from '../../src/upload/objectStore/s3/profiles/profileCredentials';
import type { ObjectStoreError } from '../../src/upload/objectStore/objectStore';
import { ConnectProxy } from '../fakes/ConnectProxy';
import { CredentialProcess } from '../fakes/CredentialProcess';
import { FakeClock } from '../fakes/FakeClock';
import { quietLog } from '../main/upload/support';
import { wordsOf } from '../wordsOf';

const read = (name: string) => readFileSync(path.join(import.meta.dirname, '../fixtures/tls', name), 'utf8');
const SSO = 'portal.sso.eu-west-1.amazonaws.com';
const STS = 'sts.eu-west-1.amazonaws.com';
const START = 'https://corp.awsapps.com/start';
const CONFIG = `
[profile sso]
sso_start_url = ${START}
sso_region = eu-west-1
sso_account_id = 123456789012
sso_role_name = Recorder
[profile keys]
aws_access_key_id = AKIDSOURCE
aws_secret_access_key = secret-of-the-source
[profile role]
region = eu-west-1
role_arn = arn:aws:iam::123456789012:role/r
source_profile = keys
`;
const inAnHourMs = Date.now() + 3_600_000;

let files: CredentialProcess;
let tokenFile: string;
let answer: { status: number; type?: string; body: string };
/** How far AWS's clock is from this computer's; a signature that is more than five minutes off is refused. */
let aheadMs: number;
let asked: { host: string; path: string; token: unknown; signed: string }[];
let proxy: ConnectProxy;
let amazon: https.Server;

/** AWS's own services as far as these profiles need them, behind a proxy that alone knows the way to them. */
beforeEach(async () => {
  asked = [];
  aheadMs = 0;
  files = await CredentialProcess.make();
  await files.write('config', CONFIG);
  // The SDK's part for SSO looks at the environment itself.
  for (const [name, value] of Object.entries(files.env)) vi.stubEnv(name, value);
  const cache = path.join(files.folder, '.aws/sso/cache');
  await mkdir(cache, { recursive: true });
  tokenFile = path.join(cache, `${createHash('sha1').update(START).digest('hex')}.json`);
  await signIn(inAnHourMs);
  amazon = https.createServer(
    { key: read('proxied.key'), cert: read('proxied.crt') },
    (request, response) => {
      const { host = '', authorization = '' } = request.headers;
      const bearer = request.headers['x-amz-sso_bearer_token'];
      asked.push({ host, path: (request.url ?? '').split('?')[0]!, token: bearer, signed: authorization });
      request.resume();
      const nowMs = Date.now() + aheadMs;
      const date = new Date(nowMs).toUTCString();
      if (isSkewed(request.headers['x-amz-date'], nowMs))
        return void response.writeHead(403, { date, 'content-type': 'text/xml' }).end(SKEWED);
      response
        .writeHead(answer.status, { date, 'content-type': answer.type ?? 'application/json' })
        .end(answer.body);
    },
  );
  await new Promise<void>((resolve) => amazon.listen(0, '127.0.0.1', resolve));
  const { port } = amazon.address() as AddressInfo;
  proxy = await ConnectProxy.start({ routes: { [`${SSO}:443`]: port, [`${STS}:443`]: port } });
  onTestFinished(async () => {
    amazon.closeAllConnections();
    await new Promise((resolve) => amazon.close(resolve));
    await proxy.close();
    await files.remove();
  });
});
afterEach(() => void vi.unstubAllEnvs());

async function signIn(endsMs: number): Promise<void> {
  const token = { accessToken: 'the-sso-token', expiresAt: new Date(endsMs).toISOString() };
  await writeFile(tokenFile, JSON.stringify(token));
}

const SKEWED = `<ErrorResponse><Error><Type>Sender</Type><Code>SignatureDoesNotMatch</Code>
  <Message>Signature expired</Message></Error></ErrorResponse>`;

function isSkewed(signedAt: string | string[] | undefined, nowMs: number): boolean {
  if (typeof signedAt !== 'string') return false;
  const iso = signedAt.replace(/^(....)(..)(..T..)(..)(..Z)$/, '$1-$2-$3:$4:$5');
  return Math.abs(Date.parse(iso) - nowMs) > 5 * 60_000;
}

function open() {
  const env = { ...files.env, HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` };
  return new ProfileCredentials({
    ...{ env, clock: new FakeClock(Date.now()), log: quietLog },
    hideSecret: () => undefined,
  });
}

const get = (profile: string) => open().get({ profile, ca: read('proxied.crt') });

const failureOf = (profile: string) =>
  get(profile).then(
    () => expect.unreachable('it gave keys'),
    (error: ObjectStoreError) => error,
  );

test('SSO gives the keys of the role, asked for with the token of the sign-in', async () => {
  const keys = { accessKeyId: 'ASIASSO', secretAccessKey: 's', sessionToken: 't' };
  answer = { status: 200, body: JSON.stringify({ roleCredentials: { ...keys, expiration: inAnHourMs } }) };
  expect(await get('sso')).toEqual({ ...keys, expiration: new Date(inAnHourMs) });
  expect(asked).toMatchObject([{ host: SSO, path: '/federation/credentials', token: 'the-sso-token' }]);
});

test('a sign-in that has ended by this computer’s clock only is still good', async () => {
  aheadMs = -2 * 3_600_000;
  await signIn(Date.now() - 3_600_000);
  const keys = { accessKeyId: 'ASIASSO', secretAccessKey: 's', sessionToken: 't' };
  const expiration = Date.now() - 1_800_000;
  answer = { status: 200, body: JSON.stringify({ roleCredentials: { ...keys, expiration } }) };
  const profiles = open();
  const request = { profile: 'sso', ca: read('proxied.crt') };
  for (let times = 0; times < 2; times++) expect(await profiles.get(request)).toMatchObject(keys);
  expect(asked, 'the keys hold by the clock of AWS').toMatchObject([{ host: SSO, token: 'the-sso-token' }]);
});

test('a sign-in that has ended by the clock of AWS has ended, and a new one is read', async () => {
  await signIn(Date.now() - 3_600_000);
  answer = { status: 401, body: '{"message":"Session token not found or invalid"}' };
  expect(await failureOf('sso')).toMatchObject({ problem: { code: 'SsoSessionExpired' } });
  expect(asked).toHaveLength(1);
  await writeFile(
    tokenFile,
    JSON.stringify({ accessToken: 'new', expiresAt: new Date(inAnHourMs).toISOString() }),
  );
  expect(await failureOf('sso')).toMatchObject({ problem: { code: 'SsoSessionExpired' } });
  expect(asked.at(-1)).toMatchObject({ token: 'new' });
});

test.each([
  ["[profile 'my team']", "[sso-session 'our sign-in']", 'my team', 'our sign-in'],
  ['[profile "my team"]', '[sso-session "our sign-in"]', 'my team', 'our sign-in'],
  [`[profile 'it'"'"'s ours']`, `[sso-session 'it'"'"'s us']`, "it's ours", "it's us"],
  ['[profile plain]', "[sso-session 'our sign-in']", 'plain', 'our sign-in'],
])(
  'SSO under names as the AWS CLI writes them: %s, %s',
  async (profileHeader, sessionHeader, profile, session) => {
    await files.write(
      'config',
      `${profileHeader}
sso_session = ${session}
sso_account_id = 123456789012
sso_role_name = r
${sessionHeader}
sso_region = eu-west-1
sso_start_url = https://other.example/start
`,
    );
    const token = { accessToken: 'the-named-token', expiresAt: new Date(inAnHourMs).toISOString() };
    const name = `${createHash('sha1').update(session).digest('hex')}.json`;
    await writeFile(path.join(files.folder, '.aws/sso/cache', name), JSON.stringify(token));
    const keys = { accessKeyId: 'ASIASSO', secretAccessKey: 's', sessionToken: 't' };
    answer = { status: 200, body: JSON.stringify({ roleCredentials: { ...keys, expiration: inAnHourMs } }) };
    expect(await get(profile)).toMatchObject(keys);
    expect(asked).toMatchObject([{ host: SSO, token: 'the-named-token' }]);
  },
);

test('keys of a profile with a blank in its name, and a role that takes them', async () => {
  await files.write('credentials', '[my keys]\naws_access_key_id = AKIDBLANK\naws_secret_access_key = s\n');
  await files.write('config', "[profile 'my keys']\nregion = eu-central-1\n");
  expect(await get('my keys')).toMatchObject({ accessKeyId: 'AKIDBLANK' });
  expect((await listProfiles(files.env)).map(({ name }) => name)).toContain('my keys');
});

const roleAnswer = (until: Date) => ({
  status: 200,
  type: 'text/xml',
  body: `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult>
      <Credentials><AccessKeyId>ASIAROLE</AccessKeyId><SecretAccessKey>s</SecretAccessKey>
      <SessionToken>t</SessionToken><Expiration>${until.toISOString()}</Expiration></Credentials>
      </AssumeRoleResult></AssumeRoleResponse>`,
});

test('a role is taken with the keys of its source', async () => {
  const until = new Date(Math.floor(inAnHourMs / 1000) * 1000);
  answer = roleAnswer(until);
  expect(await get('role')).toMatchObject({ accessKeyId: 'ASIAROLE', sessionToken: 't', expiration: until });
  expect(asked).toMatchObject([{ host: STS, signed: expect.stringContaining('AKIDSOURCE') as unknown }]);
});

test.each([2, -2, 30])(
  'a role is taken on a computer whose clock is %i hours off, and kept until AWS ends it',
  async (hours) => {
    aheadMs = -hours * 3_600_000;
    const until = new Date(Math.floor((Date.now() + aheadMs) / 1000) * 1000 + 3_600_000);
    answer = roleAnswer(until);
    const profiles = open();
    const request = { profile: 'role', ca: read('proxied.crt') };
    expect(await profiles.get(request)).toMatchObject({ accessKeyId: 'ASIAROLE', expiration: until });
    expect(asked).toHaveLength(2);
    expect(await profiles.get(request)).toMatchObject({ accessKeyId: 'ASIAROLE' });
    expect(asked, 'keys that hold by the clock of AWS are not asked for again').toHaveLength(2);
  },
);

test('a role that is refused by the right clock too is refused after two questions', async () => {
  aheadMs = 2 * 3_600_000;
  answer = { status: 403, body: '{"message":"no"}' };
  expect(await failureOf('role')).toMatchObject({ problem: { code: 'ProfileRoleRefused' } });
  expect(asked).toHaveLength(2);
});

test.each([
  ['sso', 401, 'needs-user', 'SsoSessionExpired'],
  ['sso', 403, 'needs-user', 'ProfileRoleRefused'],
  ['role', 403, 'needs-user', 'ProfileRoleRefused'],
  ['sso', 429, 'throttle', 'HTTP429'],
  ['role', 500, 'retry', 'HTTP500'],
])('profile %s, answered %s: %s %s', async (profile, status, verdict, code) => {
  answer = { status, body: '{"message":"no"}' };
  expect(await failureOf(profile)).toMatchObject({ verdict, problem: { code } });
});

test('an AWS that cannot be reached is waited for: nothing is wrong with the profile', async () => {
  await proxy.close();
  for (const profile of ['sso', 'role'])
    expect(await failureOf(profile)).toMatchObject({
      verdict: 'unreachable',
      problem: { code: 'ProxyUnreachable' },
    });
  proxy = await ConnectProxy.start({ routes: {} });
  const failure = await failureOf('sso');
  expect(failure).toMatchObject({ verdict: 'unreachable', problem: { code: 'ProxyCannotReachServer' } });
  expect(wordsOf(failure).message).toContain(SSO);
});
