import { mkdir, readFile, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { createSessions } from '../../src/main/sessions/createSessions';
import { createDialectMemory } from '../../src/upload/objectStore/s3/dialect';
import { createCapabilityMemory } from '../../src/upload/destination/capabilityMemory';
import { OrphanAborts } from '../../src/main/upload/orphanAborts';
import { newUploadState } from '../../src/main/upload/sessionStates';
import { createUploadConfigStore } from '../../src/main/uploadConfig';
import { UploadQueue } from '../../src/main/uploadQueue';
import { createUploadStateStore, type UploadStateStore } from '../../src/main/uploadStateStore';
import type { AppError } from '../../src/shared/appError';
import type { SessionHeader } from '../../src/shared/session';
import { FakeClock } from '../fakes/FakeClock';
import { FakeSecretBox } from '../fakes/FakeSecretBox';
import { FakeSessions } from '../fakes/FakeSessions';
import { SilentLog } from '../fakes/SilentLog';
import { storedFiles, type StoredKind } from '../fixtures/storedFiles';
import { makeTempDir, testConfig } from './upload/support';

const ID = '20261121-100000-0000';
const clock = new FakeClock();
const unwanted = (what: unknown) => expect.unreachable(JSON.stringify(what));
const context = { clock, onQuarantine: unwanted };

/** How one kind of file is read and written by the part of the app whose it is. */
type Door = {
  file: string;
  read: () => Promise<unknown>;
  write: () => Promise<unknown>;
  /** What else may write the file, of a session that is not new; `write` where that is all. */
  rewrite?: () => Promise<unknown>;
  /** Of a file that the app can do without: what was told of it, by code. */
  told?: string[];
};

function dispensable() {
  const told: string[] = [];
  return { told, context: { ...context, onNewer: ({ code }: AppError) => void told.push(code) } };
}

/** Opens them over an empty data folder. `about`: the session that the file is about. */
const doors: Record<StoredKind, (userDataDir: string, about: string) => Promise<Door>> = {
  async 'upload-state'(userDataDir, about) {
    const sessions = new FakeSessions(userDataDir);
    await sessions.addExported(about, Buffer.from('zip'));
    const store = createUploadStateStore({ sessions, onUnreadable: unwanted, ...context });
    return {
      file: sessions.uploadStateFile(about),
      read: () => store.readUploadState(about),
      write: () => store.writeUploadState(newUploadState(about, 1)),
      // As every start of an upload does.
      rewrite: () => queueOver(store, sessions).enqueue(about),
    };
  },
  async 'upload-config'(userDataDir) {
    const file = path.join(userDataDir, 'upload-config.json');
    const secrets = new FakeSecretBox();
    const parts = { ...context, file, secrets, onUnreadableSecret: unwanted, hideSecret: () => undefined };
    const store = () => createUploadConfigStore(parts);
    return {
      file,
      read: () => store().loadUploadConfig(),
      write: () => store().saveUploadConfig({ ...testConfig, objectTags: undefined }),
    };
  },
  async 'upload-capabilities'(userDataDir) {
    const file = path.join(userDataDir, 'upload-capabilities.json');
    const { told, context: telling } = dispensable();
    const memory = () => createCapabilityMemory(file, telling);
    const destination = { endpoint: 'https://s3.example.com', region: '', bucket: 'team-recordings' };
    const found = { checksumAlgorithm: 'CRC32', conditionalWrites: true } as const;
    return {
      file,
      told,
      read: () => memory().recall(destination),
      write: () => memory().remember(testConfig, found),
    };
  },
  async 'upload-dialects'(userDataDir) {
    const file = path.join(userDataDir, 'upload-dialects.json');
    const { told, context: telling } = dispensable();
    const memory = () => createDialectMemory(file, telling);
    return {
      file,
      told,
      read: () => memory().recall('https://s3.example.com/team-recordings'),
      write: () => memory().remember('https://s3.example.com/other', { headRequests: clock.now() }),
    };
  },
  async 'pending-aborts'(userDataDir) {
    const file = path.join(userDataDir, 'pending-aborts.json');
    const { told, context: telling } = dispensable();
    const open = () => OrphanAborts.open(file, telling);
    return {
      file,
      told,
      read: async () => (await open()).pending,
      write: async () => (await open()).add([{ bucket: 'b', key: 'k', uploadId: 'u' }]),
    };
  },
  async session(userDataDir) {
    const sessions = openSessions(userDataDir);
    const { header } = sessions.paths(ID);
    await mkdir(path.dirname(header));
    const [newest] = storedFiles('session').toReversed();
    return {
      file: header,
      read: () => sessions.readHeader(ID),
      write: () => sessions.writeHeader(newest!.readAs as SessionHeader),
      rewrite: () => sessions.settleHeader(ID),
    };
  },
  async 'session-meta'(userDataDir) {
    const sessions = openSessions(userDataDir);
    const { meta, bundle, exportedMarker, header } = sessions.paths(ID);
    await mkdir(path.dirname(meta));
    for (const file of [bundle, exportedMarker]) await writeFile(file, '');
    // Of the size that the stored summaries tell; nothing but zeros, and no room on the disk.
    await truncate(bundle, 126_400_000);
    await writeFile(header, storedFiles('session')[0]!.text);
    return {
      file: meta,
      read: async () => (await sessions.list())[0],
      write: () => sessions.saveSessionMeta(ID),
    };
  },
};

function openSessions(sessionsDir: string) {
  const report = (_kind: string, error: unknown) => unwanted(error);
  return createSessions({ sessionsDir, clock, log: new SilentLog(), report });
}

function queueOver(states: UploadStateStore, sessions: FakeSessions): UploadQueue {
  return new UploadQueue({
    ...{ states, clock, log: new SilentLog() },
    service: { uploadFile: unwanted, abortUploads: unwanted },
    loadConfig: async () => null,
    bundleFile: (sessionId) => sessions.bundleFile(sessionId),
  });
}

describe.each(Object.keys(doors) as StoredKind[])('%s.json', (kind) => {
  const stored = storedFiles(kind);

  test.each(stored.map((file) => [file.name, file] as const))(
    '%s is read',
    async (_name, { text, readAs }) => {
      const { sessionId = ID } = JSON.parse(text) as { sessionId?: string };
      const door = await doors[kind](await makeTempDir(), sessionId);
      await writeFile(door.file, text);
      expect(await door.read()).toEqual(readAs);
    },
  );

  test('of the version that is written today is among them', async () => {
    const door = await doors[kind](await makeTempDir(), ID);
    await door.write();
    const { version } = JSON.parse(await readFile(door.file, 'utf8')) as { version: number };
    expect(Math.max(...stored.map((file) => file.version))).toBe(version);
  });

  test('of a newer version is left as it is, and that is told', async () => {
    const door = await doors[kind](await makeTempDir(), ID);
    const newer = '{"version":99,"sessionId":"20261121-100000-0000","all":"else"}';
    await writeFile(door.file, newer);
    // What stands there must not be written over either.
    if (door.told) {
      await door.read();
      expect(door.told).toEqual(['NewerFile']);
      await door.write();
    } else {
      expect(await newerFileOf(door.read())).toBe('NewerFile');
      await expect((door.rewrite ?? door.write)()).rejects.toMatchObject({ error: { code: 'NewerFile' } });
    }
    expect(await readFile(door.file, 'utf8')).toBe(newer);
  });
});

/** The code of what is told, thrown or shown with a row of the list. */
function newerFileOf(read: Promise<unknown>): Promise<string | undefined> {
  return read.then(
    (row) => (row as { problem?: { code: string } } | undefined)?.problem?.code,
    (error: unknown) => (error as { error?: { code: string } }).error?.code,
  );
}
