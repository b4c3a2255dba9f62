import { EventEmitter } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { isQuitMarkSet, keepQuitMark } from '../../../src/main/platform/quitMark';
import { SilentLog } from '../../fakes/SilentLog';

let userData: string;
beforeEach(() => (userData = mkdtempSync(path.join(os.tmpdir(), 'quit-mark-'))));
afterEach(() => rmSync(userData, { recursive: true, force: true }));

const appOf = (folder: string) => Object.assign(new EventEmitter(), { getPath: () => folder }) as never;

it('is set from the first request to quit until the app ends', () => {
  const app = appOf(userData) as EventEmitter;
  const mark = keepQuitMark(app as never, new SilentLog());
  expect([mark.isSet, isQuitMarkSet(userData)]).toEqual([false, false]);
  app.emit('before-quit');
  app.emit('before-quit');
  expect([mark.isSet, isQuitMarkSet(userData)]).toEqual([true, true]);
  app.emit('quit');
  expect(isQuitMarkSet(userData)).toBe(false);
});

it('that a killed run left is removed by the next', () => {
  writeFileSync(path.join(userData, 'quitting'), '');
  keepQuitMark(appOf(userData), new SilentLog());
  expect(isQuitMarkSet(userData)).toBe(false);
});

it('that cannot be written is logged, and keeps nothing from quitting', () => {
  const log = new SilentLog();
  const app = appOf(path.join(userData, 'gone')) as EventEmitter;
  const mark = keepQuitMark(app as never, log);
  app.emit('before-quit');
  expect(mark.isSet).toBe(true);
  expect(JSON.stringify(log)).toContain('ENOENT');
});
