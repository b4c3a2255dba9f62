import { mkdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, onTestFinished } from 'vitest';
import { sessionJobStore } from '../../src/main/upload/sessionJobStore';
import { createUploadStateStore } from '../../src/main/uploadStateStore';
import { openSqliteJobStore } from '../../src/upload/queue/sqliteJobStore';
import { makeTempDir } from '../main/upload/support';
import { describeJobStore, type StoreUnderTest } from './jobStore.contract';

const jobIds = ['20260131-142530-9f3a', '20260201-000000-abcd', '20260202-000000-abcd'] as const;

async function sessionFiles(): Promise<StoreUnderTest> {
  const dir = await makeTempDir();
  for (const id of jobIds) await mkdir(path.join(dir, id));
  const file = (id: string) => path.join(dir, id, 'upload-state.json');
  const states = createUploadStateStore({
    sessions: { ids: async () => [...jobIds], uploadStateFile: file },
    onUnreadable: () => undefined,
    onQuarantine: () => undefined,
    clock: { now: () => 99 },
  });
  const store = sessionJobStore(states);
  return {
    store,
    jobIds,
    reopen: async () => store,
    damage: (jobId) => writeFile(file(jobId), '{'),
    refuseWrites: async () => {
      await rename(dir, `${dir}.away`);
      return () => rename(`${dir}.away`, dir);
    },
  };
}

async function sqlite(): Promise<StoreUnderTest> {
  const file = path.join(await makeTempDir(), 'jobs.sqlite');
  const open = () =>
    openSqliteJobStore(file, {
      clock: { now: () => 99 },
      onQuarantine: () => undefined,
      onUnreadable: () => undefined,
    });
  let store = open();
  onTestFinished(() => store.close());
  const reopen = async () => {
    await store.close();
    return (store = open());
  };
  const change = async (sql: string, ...values: string[]) => {
    await store.close();
    const db = new DatabaseSync(file);
    db.prepare(sql).run(...values);
    db.close();
    store = open();
  };
  return {
    store: new Proxy(store, { get: (_, name) => Reflect.get(store, name).bind(store) }),
    jobIds,
    reopen,
    damage: (jobId) => change(`UPDATE job SET state = '{' WHERE job_id = ?`, jobId),
    refuseWrites: async () => {
      await change(`CREATE TRIGGER full BEFORE UPDATE ON job BEGIN SELECT RAISE(ABORT, 'no'); END`);
      return async () => undefined;
    },
  };
}

describe('upload-state.json of sessions', () => describeJobStore(sessionFiles));
describe('SQLite', () => describeJobStore(sqlite));
