import { makeSessionId } from '../../shared/ids';
import type { Random } from '../../shared/runtime';
import type { Sessions } from '../sessionsPort';

/** An id that no session has. After the clock was set back, a new id may already be taken. */
export async function unusedSessionId(
  sessions: Pick<Sessions, 'exists'>,
  nowMs: number,
  random: Pick<Random, 'hex'>,
): Promise<string> {
  for (;;) {
    const sessionId = makeSessionId(nowMs, random.hex(4));
    if (!(await sessions.exists(sessionId))) return sessionId;
  }
}
