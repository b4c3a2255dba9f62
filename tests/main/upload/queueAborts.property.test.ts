import fc from 'fast-check';
import { expect, test } from 'vitest';
import { abandonGeneration } from '../../../src/upload/transfer/generation';
import type { QueueEvent } from '../../../src/upload/queue/queueState';
import { BUNDLE, enqueue, fail, IDS, last, play, ready, type Serial } from './queueScript';

const steps = fc.array(
  fc.record({
    pick: fc.constantFrom(...IDS),
    what: fc.constantFrom(
      'enqueue',
      'retry',
      'cancel',
      'pause',
      'resume',
      'create',
      'begin anew',
      'succeed',
      'stopped',
      'break',
      'needs user',
      'aborts sent',
      'restart',
    ),
  }),
  { maxLength: 60 },
);

/** What the server holds of us, and what it was told of. */
class Server {
  readonly unfinished = new Set<string>();
  private made = 0;

  create(): string {
    const uploadId = `u${(this.made += 1)}`;
    this.unfinished.add(uploadId);
    return uploadId;
  }
}

function toEvent(what: string, jobId: string, state: Serial, server: Server): QueueEvent {
  const now = 1;
  const runId = state.running?.runId ?? state.lastRunId;
  const running = state.running && state.items[state.running.jobId];
  const picked = state.items[jobId];
  switch (what) {
    case 'enqueue':
      return enqueue(jobId);
    case 'retry':
      return { kind: 'retried', jobId, file: BUNDLE, now };
    case 'cancel':
      return { kind: 'cancelled', jobId, now };
    case 'pause':
      return { kind: 'paused', jobIds: [jobId], now };
    case 'resume':
      return { kind: 'resumed', jobIds: [jobId], now };
    case 'create': {
      // A run makes one only when it has none; what it makes after a cancel becomes known late.
      if (!running || running.multipart) return { kind: 'ticked', now };
      const multipart = {
        ...{ uploadId: server.create(), partSizeBytes: 5, initiatedAt: 0, parts: [] },
        checksumAlgorithm: 'CRC32' as const,
      };
      return { kind: 'patched', runId, patch: { bucket: 'b', key: running.jobId, multipart }, now };
    }
    case 'begin anew':
      return { kind: 'patched', runId, patch: running ? abandonGeneration(running) : {}, now };
    case 'succeed':
      if (running?.multipart && !state.running?.stopping)
        server.unfinished.delete(running.multipart.uploadId);
      if (state.running?.stopping) return { kind: 'stopped', runId, now };
      return { kind: 'succeeded', runId, result: { etag: 'e', verifiedAt: now }, now };
    case 'stopped':
      return state.running?.stopping ? { kind: 'stopped', runId, now } : { kind: 'ticked', now };
    case 'break':
      return fail(runId, 'retry', now);
    case 'needs user':
      return fail(runId, 'needs-user', now);
    case 'aborts sent': {
      const uploadIds = picked?.pendingAborts.map(({ uploadId }) => uploadId) ?? [];
      for (const uploadId of uploadIds) server.unfinished.delete(uploadId);
      return { kind: 'aborts-sent', jobId, uploadIds, now };
    }
    default:
      return { kind: 'woken', now };
  }
}

test('whatever happens, each upload the server holds is gone on with or remembered for aborting, never both', () => {
  fc.assert(
    fc.property(steps, (script) => {
      const server = new Server();
      let state = last(play([ready(3)]));
      for (const { what, pick } of script) {
        if (what === 'restart') {
          const states = Object.values(state.items);
          state = last(play([ready(3), { kind: 'restored', states, now: 1 }]));
        } else state = last(play([toEvent(what, pick, state, server)], state));
        const items = Object.values(state.items);
        const inUse = items.flatMap(({ multipart }) => multipart?.uploadId ?? []);
        const toAbort = items.flatMap(({ pendingAborts }) => pendingAborts.map(({ uploadId }) => uploadId));
        expect([...inUse, ...toAbort].toSorted()).toEqual([...server.unfinished].toSorted());
      }
    }),
    { numRuns: 300 },
  );
});
