import { rm } from 'node:fs/promises';
import type { AppError } from '../../shared/appError';
import type { SessionStore } from '../sessions/createSessions';
import { fileExists } from '../sessions/jsonLines';
import type { Logger, ReportNotice } from '../types';
import { partialBundle } from './exportBundle';

/**
 * At start-up, before anything records: marks what a crash cut off as interrupted and removes half bundles.
 * Nothing recorded is touched. One session that resists does not keep the others from being recovered.
 * @returns the ids of the sessions found interrupted now
 */
export async function recoverSessions(input: {
  sessions: SessionStore;
  log: Logger;
  report: ReportNotice;
}): Promise<string[]> {
  const { sessions, log, report } = input;
  const recovered: string[] = [];
  for (const sessionId of await sessions.ids()) {
    try {
      if (await recoverOne(sessions, sessionId)) recovered.push(sessionId);
    } catch (error) {
      log.error('session not recovered', { sessionId, error: String(error) });
    }
  }
  if (recovered.length > 0) {
    log.info('interrupted recordings found', { sessions: recovered });
    report('info', found(recovered));
  }
  return recovered;
}

async function recoverOne(sessions: SessionStore, sessionId: string): Promise<boolean> {
  const paths = sessions.paths(sessionId);
  // An exported session was finished long ago: thousands of them are passed by quickly.
  await rm(partialBundle(paths), { force: true });
  if (await fileExists(paths.exportedMarker)) return false;
  const header = await sessions.readHeader(sessionId);
  if (header === null || (header.state !== 'recording' && header.state !== 'finalising')) return false;
  await sessions.settleHeader(sessionId);
  return true;
}

function found(recovered: string[]): AppError {
  const one = recovered.length === 1;
  return {
    code: 'Recovered',
    message: one
      ? 'A recording was cut off last time; everything written until then was kept.'
      : `${recovered.length} recordings were cut off; everything written until then was kept.`,
    action: one ? 'Export it from the list of sessions.' : 'Export them from the list of sessions.',
    details: recovered.join(', '),
  };
}
