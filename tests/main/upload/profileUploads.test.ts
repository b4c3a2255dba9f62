import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { eventually } from '../../eventually';
import { startLocalBucket, type LocalBucket } from '../../../local-bucket/localBucket';
import type { SessionListItem } from '../../../src/shared/session';
import type { UploadConfigInput, ValidateConfigResult } from '../../../src/shared/upload';
import { CredentialProcess } from '../../fakes/CredentialProcess';
import { makeExportedSession } from '../../fixtures/exportedSession';
import { Host } from '../appHost';
import { makeTempDir, MIB } from './support';

const HOUR_MS = 3_600_000;
let bucket: LocalBucket;
let program: CredentialProcess;
beforeEach(async () => {
  bucket = await startLocalBucket({ dir: await makeTempDir() });
  program = await CredentialProcess.make();
  onTestFinished(async () => {
    await bucket.close();
    await program.remove();
  });
});

/** The whole app over a folder with one exported session, and the profile `team` in its settings. */
async function startApp(sizeBytes: number) {
  const userDataDir = await makeTempDir();
  const { sessionId } = await makeExportedSession(userDataDir, { sizeBytes });
  const start = async () => {
    const started = new Host(userDataDir);
    await started.start({ env: program.env });
    onTestFinished(() => started.quit());
    return started;
  };
  const host = await start();
  const { endpoint, region } = bucket;
  const input: UploadConfigInput = {
    ...{ endpoint, region, bucket: bucket.bucket, forcePathStyle: true, allowHttp: true },
    ...{ accessKeyId: '', awsProfile: 'team', partSizeBytes: 5 * MIB },
  };
  const untilIn = (app: Host) => (status: string) => {
    const row = async () => (await app.value<SessionListItem[]>('listSessions'))[0]!;
    return eventually(async () => expect((await row()).uploadStatus).toBe(status)).then(row);
  };
  /** Starts the app again, and gives what waits for a status in it. */
  const restart = async () => untilIn(await start());
  return { host, input, sessionId, until: untilIn(host), restart };
}

const codes = () => bucket.log.entries.map(({ code }) => code).filter((code) => code !== undefined);
const issue = () => ({ keys: bucket.keys.issue(Date.now() + HOUR_MS), expiresAtMs: Date.now() + HOUR_MS });

test('an upload with a profile reaches the bucket, and its secrets are known to the log', async () => {
  const answer = issue();
  await program.answer(answer);
  const { host, input, sessionId, until } = await startApp(12 * MIB);
  expect(await host.value('setUploadConfig', input)).toMatchObject({ saved: true });
  expect(await host.value<ValidateConfigResult>('validateUploadConfig', input)).toMatchObject({
    valid: true,
  });
  await host.call('uploadSession', sessionId);
  await until('done');
  expect(await program.asked()).toBe(1);
  expect([...host.hidden]).toEqual(
    expect.arrayContaining([answer.keys.secretAccessKey, answer.keys.sessionToken]),
  );
});

test('credentials that ended on the way are loaded anew once, and nothing is sent twice', async () => {
  const [first, second] = [issue(), issue()];
  await program.answer(first, second);
  const { host, input, sessionId, until } = await startApp(23 * MIB);
  await host.call('setUploadConfig', input);
  bucket.throttle.bytesPerSecond = 12 * MIB;
  await host.call('uploadSession', sessionId);
  await eventually(() => expect(bucket.log.of('UploadPart').some(({ status }) => status === 200)).toBe(true));
  bucket.keys.expire(first.keys.accessKeyId);
  bucket.throttle.bytesPerSecond = null;
  await until('done');
  expect(codes()).toContain('ExpiredToken');
  expect(await program.asked()).toBe(2);
  const taken = bucket.log.of('UploadPart').filter(({ status }) => status === 200);
  expect(taken.map(({ partNumber }) => partNumber).sort()).toEqual([1, 2, 3, 4, 5]);
});

test('short-lived credentials are renewed before they end', async () => {
  const short = () => {
    const expiresAtMs = Date.now() + 6000;
    return { keys: bucket.keys.issue(expiresAtMs), expiresAtMs };
  };
  await program.answer(short(), issue());
  const { host, input, sessionId, until } = await startApp(40 * MIB);
  await host.call('setUploadConfig', input);
  bucket.throttle.bytesPerSecond = 4.5 * MIB;
  await host.call('uploadSession', sessionId);
  await until('done');
  expect(await program.asked()).toBe(2);
  expect(codes()).not.toContain('ExpiredToken');
}, 60_000);

test('when the new ones have ended too the user is asked, and Retry goes on', async () => {
  const ended = issue();
  bucket.keys.expire(ended.keys.accessKeyId);
  await program.answer(ended);
  const { host, input, sessionId, until } = await startApp(MIB);
  await host.call('setUploadConfig', input);
  await host.call('uploadSession', sessionId);
  const { upload } = await until('failed');
  expect(upload).toMatchObject({
    reason: { kind: 'needs-user', code: 'ExpiredToken' },
    errorDetail: {
      message: 'The credentials of the AWS profile “team” have expired.',
      action: expect.stringContaining('aws sso login --profile team') as unknown,
    },
  });
  await program.answer(issue());
  await host.call('retryUpload', sessionId);
  await until('done');
});

test('once the profile is mended, or somebody signed in, the upload goes on by itself', async () => {
  await program.write('config', '[profile team]\nregion = eu-central-1\n');
  const { host, input, sessionId, until } = await startApp(MIB);
  await host.call('setUploadConfig', input);
  await host.call('uploadSession', sessionId);
  expect((await until('failed')).upload?.errorDetail?.code).toBe('ProfileWithoutKeys');
  await program.answer(issue());
  await program.write('config', `[profile team]\ncredential_process = ${program.command}\n`);
  await until('done');
});

test('keys of a profile that are replaced after they were refused are tried by themselves', async () => {
  const inFile = (secret: string) =>
    `[team]\naws_access_key_id = ${bucket.accessKeyId}\naws_secret_access_key = ${secret}\n`;
  await program.write('config', '');
  await program.write('credentials', inFile('the-former-secret'));
  const { host, input, sessionId, until } = await startApp(MIB);
  await host.call('setUploadConfig', input);
  await host.call('uploadSession', sessionId);
  expect((await until('failed')).upload?.reason).toMatchObject({ kind: 'needs-user' });
  await program.write('credentials', inFile(bucket.secretAccessKey));
  await until('done');
});

test('an upload that waited for a sign-in goes on after a start, wherever that was mended', async () => {
  await program.write('config', '[profile team]\nregion = eu-central-1\n');
  const { host, input, sessionId, until, restart } = await startApp(MIB);
  await host.call('setUploadConfig', input);
  await host.call('uploadSession', sessionId);
  await until('failed');
  await host.quit();
  await program.answer(issue());
  await program.write('config', `[profile team]\ncredential_process = ${program.command}\n`);
  await (
    await restart()
  )('done');
});

test('a command that fails is named without its arguments or what it printed; when it works again Retry goes on', async () => {
  await program.answer({ fail: 'token s.4cr3t is sealed' });
  const { host, input, sessionId, until } = await startApp(MIB);
  await host.call('setUploadConfig', input);
  await host.call('uploadSession', sessionId);
  const { upload } = await until('failed');
  expect(upload?.reason).toEqual({ kind: 'needs-user', code: 'CredentialProcessFailed' });
  expect(upload?.errorDetail?.details).toMatch(/ended with an error/);
  for (const secret of ['hunter2', 's.4cr3t'])
    expect(JSON.stringify([upload, host.log]), secret).not.toContain(secret);
  await program.answer(issue());
  await host.call('retryUpload', sessionId);
  await until('done');
});

test('a command that fails for want of a network is waited out, and the upload goes on by itself', async () => {
  await program.answer({ fail: 'no route to the vault' });
  const { host, input, sessionId, until } = await startApp(MIB);
  await host.call('setUploadConfig', input);
  const { port } = new URL(bucket.endpoint);
  await bucket.close();
  await host.call('uploadSession', sessionId);
  await eventually(async () => {
    const { upload } = await until('pending');
    expect(upload).toMatchObject({ reason: { kind: 'network' }, retryCount: 0 });
    expect(upload?.errorDetail?.code).toBe('CredentialProcessOffline');
  });
  bucket = await startLocalBucket({ dir: await makeTempDir(), port: Number(port) });
  await program.answer(issue());
  await until('done');
});

test('a cancel does not wait for a command that never answers', async () => {
  await program.answer({ hang: true });
  const { host, input, sessionId, until } = await startApp(MIB);
  await host.call('setUploadConfig', input);
  await host.call('uploadSession', sessionId);
  await eventually(async () => expect(await program.asked()).toBe(1));
  await host.call('cancelUpload', sessionId);
  await until('not_uploaded');
});
