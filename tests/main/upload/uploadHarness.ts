import { RateLimit } from '../../../src/upload/rateLimit';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { eventually } from '../../eventually';
import { makeBinder } from '../../../src/main/bindCommand';
import type { Presign } from '../../../src/main/upload/downloadLink';
import { initUploadSystem } from '../../../src/main/uploadIpc';
import type { AppError, Reply } from '../../../src/shared/appError';
import type { CommandName } from '../../../src/shared/contract';
import type { SessionListItem } from '../../../src/shared/session';
import type { ObjectStoreError } from '../../../src/upload/objectStore/objectStore';
import type { UploadConfigInput, UploadProgressPayload } from '../../../src/shared/upload';
import { FakeClock } from '../../fakes/FakeClock';
import { FakeSecretBox } from '../../fakes/FakeSecretBox';
import { FakeSessions } from '../../fakes/FakeSessions';
import { MemoryObjectStore } from '../../fakes/MemoryObjectStore';
import { countingRandom, makeTempDir, MIB, quietLog } from './support';

export const SECRET = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
export const form: UploadConfigInput = {
  bucket: 'recordings',
  region: 'eu-central-1',
  accessKeyId: 'AKIAEXAMPLE',
  secretAccessKey: SECRET,
  partSizeBytes: 5 * MIB,
};

type Run = (args: unknown[]) => Promise<Reply<unknown>>;

/**
 * The whole upload system over a folder and a bucket in memory; over the same ones it is another start of the app.
 * @param onFailure takes the rejection of a start that is meant to fail
 */
export async function start(
  existing?: { userDataDir: string; store: MemoryObjectStore; secrets?: FakeSecretBox },
  onFailure?: (error: unknown) => void,
) {
  const userDataDir = existing?.userDataDir ?? (await makeTempDir());
  const store = existing?.store ?? new MemoryObjectStore();
  const sessionsDir = path.join(userDataDir, 'sessions');
  await mkdir(sessionsDir, { recursive: true });
  const sessions = new FakeSessions(sessionsDir);
  const clock = new FakeClock();
  const commands = new Map<CommandName, Run>();
  const pushed: { name: string; payload: unknown }[] = [];
  const notices: AppError[] = [];
  const logged: string[] = [];
  const hidden = new Set<string>();
  const copied: string[] = [];
  const network = { up: true, knocks: 0 };
  /** What is told of every link that is signed, or what it is refused with. */
  const links: { told: Omit<Awaited<ReturnType<Presign>>, 'url'>; refused?: ObjectStoreError } = { told: {} };
  const profile = { wait: (_name: string | undefined): void => undefined };
  const secrets = existing?.secrets ?? new FakeSecretBox();
  const rateLimit = new RateLimit(clock);
  const note = (message: string, fields?: unknown) => void logged.push(message + JSON.stringify(fields));
  const system = initUploadSystem({
    bind: makeBinder({ handle: (name, _caller, run) => void commands.set(name, run) }, quietLog),
    windows: { broadcast: (name, payload) => void pushed.push({ name, payload }) },
    secrets,
    hideSecret: (secret) => void hidden.add(secret),
    log: { info: note, warn: note, error: note },
    sessions,
    userDataDir,
    clock,
    random: countingRandom(),
    createStore: () => store,
    rateLimit,
    reach: async () => {
      network.knocks += 1;
      return network.up;
    },
    tryAllAgain: async () => undefined,
    listProfiles: async () => [],
    proxyOf: () => undefined,
    signInStamp: async () => 'unchanged',
    onAccessWait: (listener) => void (profile.wait = listener),
    closeAccess: () => undefined,
    presign: async ({ bucket }, key, { signedAtMs, expiresInSeconds }) => {
      if (links.refused) throw links.refused;
      const url = `https://${bucket}.test/${key}?from=${signedAtMs}&expires=${expiresInSeconds}`;
      return { url, ...links.told };
    },
    copyText: async (text) => void copied.push(text),
    report: (_kind, error) => void notices.push(error),
  });
  onTestFinished(() => system.close());
  await (onFailure ? system.start().then(() => expect.unreachable(), onFailure) : system.start());
  const call = async <T>(name: CommandName, ...args: unknown[]): Promise<Reply<T>> =>
    (await commands.get(name)!(args)) as Reply<T>;
  const value = async <T>(name: CommandName, ...args: unknown[]): Promise<T> => {
    const reply = await call<T>(name, ...args);
    if (!reply.ok) throw new Error(reply.error.code);
    return reply.value;
  };
  const rows = () => value<SessionListItem[]>('listSessions');
  const row = async (id: string) => (await rows()).find(({ sessionId }) => sessionId === id)!;
  const until = (id: string, status: string) =>
    eventually(async () => expect((await row(id)).uploadStatus).toBe(status));
  /** The list knows it first; until the file says it, too, other hands in the folder meet a write that is under way. */
  const untilOnDisk = (id: string, status: string) =>
    eventually(async () => {
      const state = await readFile(path.join(sessions.dir, id, 'upload-state.json'), 'utf8');
      expect(JSON.parse(state)).toMatchObject({ status });
    });
  const progress = () =>
    pushed.filter((p) => p.name === 'upload:progress').map((p) => p.payload as UploadProgressPayload);
  return {
    system,
    copied,
    network,
    profile,
    links,
    sessions,
    store,
    clock,
    call,
    value,
    rows,
    row,
    until,
    untilOnDisk,
    pushed,
    progress,
    notices,
    logged,
    hidden,
    secrets,
    userDataDir,
  };
}
