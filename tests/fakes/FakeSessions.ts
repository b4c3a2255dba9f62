import { access, mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { AppError } from '../../src/shared/appError';
import { requireSessionFolder } from '../../src/main/sessions/sessionFolder';
import { sessionPaths } from '../../src/main/sessions/sessionPaths';
import type { MadeBundle, RecordingSummary, Sessions } from '../../src/main/sessionsPort';
import type { SessionMeta } from '../../src/shared/session';

/** Sessions as folders of a real directory, with just enough in them to be uploaded. */
export class FakeSessions implements Sessions {
  constructor(readonly dir: string) {}

  /** Makes an exported session whose bundle holds `content`. */
  async addExported(sessionId: string, content: Uint8Array): Promise<void> {
    const paths = sessionPaths(this.dir, sessionId);
    await mkdir(paths.folder, { recursive: true });
    await writeFile(paths.bundle, content);
    await writeFile(paths.exportedMarker, '');
  }

  async list(): Promise<RecordingSummary[]> {
    return (await this.ids()).map((sessionId) => ({
      sessionId,
      createdAt: Number(sessionId.slice(0, 8)),
      actionCount: 0,
      screenshotCount: 0,
      isExported: true,
      condition: 'exported',
    }));
  }

  listStrays(): Promise<RecordingSummary[]> {
    return Promise.resolve([]);
  }

  ids(): Promise<string[]> {
    return readdir(this.dir);
  }

  exists(sessionId: string): Promise<boolean> {
    return isThere(sessionPaths(this.dir, sessionId).folder);
  }

  requireFolder(sessionId: string): Promise<void> {
    return requireSessionFolder(sessionPaths(this.dir, sessionId));
  }

  isExported(sessionId: string): Promise<boolean> {
    return isThere(sessionPaths(this.dir, sessionId).exportedMarker);
  }

  bundleFile(sessionId: string): string {
    return sessionPaths(this.dir, sessionId).bundle;
  }

  /** What is said of every bundle. */
  damage: AppError | null = null;

  bundleDamage(): Promise<AppError | null> {
    return Promise.resolve(this.damage);
  }

  /** What is remembered of every bundle. */
  made: MadeBundle | null = null;

  madeBundle(): Promise<MadeBundle | null> {
    return Promise.resolve(this.made);
  }

  uploadStateFile(sessionId: string): string {
    return sessionPaths(this.dir, sessionId).uploadState;
  }

  async saveSessionMeta(sessionId: string): Promise<SessionMeta> {
    const zipPath = path.basename(this.bundleFile(sessionId));
    return { version: 1, sessionId, createdAt: 1, endedAt: 2, actionCount: 0, screenshotCount: 0, zipPath };
  }
}

function isThere(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
