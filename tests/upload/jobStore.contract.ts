import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { JobState, UploadedPart } from '../../src/shared/upload';
import type { JobStore } from '../../src/upload/queue/jobStore';
import { newJobState } from '../../src/upload/queue/queueState';

/** A store on a fresh place. `jobIds` are ids that it takes; `reopen` looks at the same place anew. */
export type StoreUnderTest = {
  store: JobStore;
  jobIds: readonly [string, string, string];
  reopen(): Promise<JobStore>;
  /** Makes what is kept of a job unreadable, without removing it. */
  damage(jobId: string): Promise<void>;
  /** From now on nothing can be written, until the answer is called. */
  refuseWrites(): Promise<() => Promise<void>>;
};

export function part(number: number, etag = `"${number}"`): UploadedPart {
  return { number, size: 5, etag, checksum: `c${number}` };
}

function multipart(parts: UploadedPart[]): NonNullable<JobState['multipart']> {
  return { uploadId: 'u', partSizeBytes: 5, checksumAlgorithm: 'CRC32', initiatedAt: 1, parts };
}

export function wholeState(jobId: string): JobState {
  return {
    ...newJobState(jobId, 5),
    status: 'failed',
    reason: { kind: 'network', untilMs: 5, sinceMs: 1 },
    problem: {
      ...{ code: 'X', details: 'd', givenUp: true, unreachableForMs: 7 },
      facts: { kind: 'denied', bucket: 'b', right: 's3:PutObject' },
    },
    retryable: true,
    enqueuedAt: 3,
    file: { size: 10, mtimeMs: 1.5, exact: { ino: '1', mtimeNs: '2', ctimeNs: '3', birthtimeNs: '4' } },
    bucket: 'b',
    key: 'k',
    uploadToken: 't',
    earlierToken: 'e',
    multipart: { ...multipart([part(1), part(3)]), completeSentAt: 2 },
    createIntent: { others: ['o'] },
    result: { etag: 'e', versionId: 'v', checksum: 'c', verifiedAt: 4 },
    destinationId: 'second',
    pendingAborts: [{ bucket: 'b', key: 'k', uploadId: 'old', destinationId: 'first' }],
  };
}

/** What every job store does, whatever it keeps states in. */
export function describeJobStore(setUp: () => Promise<StoreUnderTest>): void {
  test('answers null for a job that was never saved', async () => {
    const { store, jobIds } = await setUp();
    expect(await store.read(jobIds[0])).toBeNull();
    expect(await store.readAll()).toEqual([]);
  });

  test('reads back every field of a state, also after a restart', async () => {
    const { store, jobIds, reopen } = await setUp();
    const state = wholeState(jobIds[0]);
    await store.save(state);
    expect(await store.read(jobIds[0])).toEqual(state);
    const again = await reopen();
    expect(await again.read(jobIds[0])).toEqual(state);
    expect(await again.readAll()).toEqual([state]);
  });

  test('reads all states, or those of the named jobs', async () => {
    const { store, jobIds } = await setUp();
    const states = jobIds.map((jobId, index) => newJobState(jobId, index));
    await Promise.all(states.map((state) => store.save(state)));
    const byId = (found: JobState[]) => found.toSorted((a, b) => a.createdAt - b.createdAt);
    expect(byId(await store.readAll())).toEqual(states);
    expect(byId(await store.readAll([jobIds[2], jobIds[0]]))).toEqual([states[0], states[2]]);
    expect(await store.readAll([])).toEqual([]);
  });

  test('saves of one job take effect in the order of their calls', async () => {
    const { store, jobIds, reopen } = await setUp();
    const saves = Array.from({ length: 50 }, (_, at) =>
      store.save({ ...newJobState(jobIds[0], 0), updatedAt: at }),
    );
    await Promise.all(saves);
    expect((await (await reopen()).read(jobIds[0]))?.updatedAt).toBe(49);
  });

  test('a read that follows a save sees it, acknowledged or not', async () => {
    const { store, jobIds } = await setUp();
    await store.save(newJobState(jobIds[0], 0));
    const saved = store.save({ ...newJobState(jobIds[0], 0), updatedAt: 7 });
    await saved;
    expect((await store.read(jobIds[0]))?.updatedAt).toBe(7);
  });

  test('leaves a damaged state out of a list, and says so when it is asked for it, or sets it aside', async () => {
    const { store, jobIds, damage } = await setUp();
    await store.save(wholeState(jobIds[0]));
    await store.save(wholeState(jobIds[1]));
    await damage(jobIds[0]);
    expect((await store.readAll()).map(({ jobId }) => jobId)).toEqual([jobIds[1]]);
    // Set aside counts as absent; what still stands there must not look absent.
    const answer = await store.read(jobIds[0]).catch((error: unknown) => error);
    expect(answer === null || answer instanceof Error).toBe(true);
    await store.save(newJobState(jobIds[0], 9));
    expect(await store.read(jobIds[0])).toEqual(newJobState(jobIds[0], 9));
  });

  test('rejects a state beyond the bounds, and keeps what there was', async () => {
    const { store, jobIds } = await setUp();
    const sound = newJobState(jobIds[0], 1);
    await store.save(sound);
    const other = store.save(newJobState(jobIds[1], 1));
    await expect(store.save({ ...sound, bytesUploaded: -1 })).rejects.toThrow();
    const beyond = { ...sound, multipart: multipart([{ ...part(1), number: 10_001 }]) };
    await expect(store.save(beyond)).rejects.toThrow();
    await other;
    expect(await store.read(jobIds[0])).toEqual(sound);
    expect(await store.read(jobIds[1])).toEqual(newJobState(jobIds[1], 1));
  });

  test('rejects a save that cannot be written, and keeps what there was', async () => {
    const { store, jobIds, refuseWrites } = await setUp();
    await store.save(newJobState(jobIds[0], 1));
    const writeAgain = await refuseWrites();
    await expect(store.save({ ...newJobState(jobIds[0], 1), updatedAt: 2 })).rejects.toThrow();
    await writeAgain();
    expect((await store.read(jobIds[0]))?.updatedAt).toBe(1);
  });

  test('reads back the parts of the last save, whatever came before', async () => {
    const partList = fc.uniqueArray(
      fc.record({ number: fc.integer({ min: 1, max: 30 }), etag: fc.constantFrom('"a"', '"b"') }),
      {
        selector: ({ number }) => number,
        maxLength: 30,
      },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.option(partList), { minLength: 1, maxLength: 6 }), async (saves) => {
        const { store, jobIds, reopen } = await setUp();
        let last: JobState | undefined;
        for (const found of saves) {
          const parts = found
            ?.map(({ number, etag }) => part(number, etag))
            .toSorted((a, b) => a.number - b.number);
          last = {
            ...newJobState(jobIds[0], 1),
            status: 'pending',
            ...(parts && { multipart: multipart(parts) }),
          };
          await store.save(last);
        }
        expect(await (await reopen()).read(jobIds[0])).toEqual(last);
      }),
      { numRuns: 15 },
    );
  });
}
