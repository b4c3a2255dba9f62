import { expect, test } from 'vitest';
import * as z from 'zod/mini';
import { newUploadState, toJob, toSession } from '../../../src/main/upload/sessionStates';
import type { UploadProblem } from '../../../src/shared/problem';
import { uploadStateSchema, type UploadState } from '../../../src/shared/upload';

const A = '20260101-000000-000a';
const error = { code: 'AccessDenied', message: 'It was denied.', action: 'Ask.', details: 'HTTP status 403' };

/** A state as it comes back from its file, and what would be written of it next. */
function readBack(written: object): UploadState {
  const read = z.parse(uploadStateSchema, JSON.parse(JSON.stringify(written)));
  return toSession(toJob(read));
}

function failedWith(problem: UploadProblem): UploadState {
  return toSession({ ...toJob(newUploadState(A, 1)), status: 'failed', problem });
}

test('a problem is written in words, and its facts come back', () => {
  const facts = { kind: 'denied', bucket: 'films', right: 's3:PutObject' } as const;
  const written = failedWith({ code: 'AccessDenied', facts, details: 'HTTP status 403' });
  expect(written).toMatchObject({
    lastError: 'This access key is not allowed to write files in the bucket “films”.',
    error: { code: 'AccessDenied', details: 'HTTP status 403' },
  });
  expect(written.error?.message).toBe(written.lastError);
  expect(readBack(written)).toEqual(written);
  expect(toJob(readBack(written)).problem).toEqual({
    ...{ code: 'AccessDenied', details: 'HTTP status 403' },
    facts,
  });
});

test('how far the attempts had got is kept', () => {
  const facts = { kind: 'unreachable', server: 's3.example.org' } as const;
  const waiting = failedWith({ code: 'ENOTFOUND', facts, unreachableForMs: 300_000 });
  expect(waiting.error?.action).toContain('check network or address');
  expect(readBack(waiting)).toEqual(waiting);
  const over = failedWith({ code: 'ENOTFOUND', facts, givenUp: true });
  expect(over.error?.action).toBe('Check the network and the endpoint, then try again.');
  expect(readBack(over)).toEqual(over);
});

test('the words of an earlier version, which recorded no facts, stay as they are', () => {
  const earlier = { ...newUploadState(A, 1), status: 'failed', error, lastError: error.message };
  expect(readBack(earlier)).toEqual(earlier);
  const { error: _error, ...causeOnly } = earlier;
  expect(readBack(causeOnly)).toMatchObject({ lastError: error.message, error: { message: error.message } });
});

test('facts of a newer version that are unknown here cost nothing but themselves', () => {
  const newer = {
    ...{ ...newUploadState(A, 1), status: 'failed', error, lastError: error.message },
    errorFacts: { facts: { kind: 'lost-in-orbit', satellite: 7 } },
  };
  expect(readBack(newer)).toEqual({ ...newer, errorFacts: undefined });
});
