import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { readCaFile } from '../../src/upload/objectStore/s3/certificateAuthorities';
import type { ObjectStoreError } from '../../src/upload/objectStore/objectStore';
import { makeTempDir } from '../main/upload/support';

const certificate = path.join(import.meta.dirname, '../fixtures/tls/localhost.crt');

test('a certificate is read as it is', () => {
  expect(readCaFile(certificate)).toContain('BEGIN CERTIFICATE');
});

test.each([
  ['missing', null],
  ['empty', ''],
  ['no certificate', '-----BEGIN CERTIFICATE-----\nbm9uc2Vuc2U=\n-----END CERTIFICATE-----\n'],
])('a file that is %s is told to the user, not to the server', async (_what, content) => {
  const file = path.join(await makeTempDir(), 'ca.pem');
  if (content !== null) await writeFile(file, content);
  let thrown: unknown;
  try {
    readCaFile(file);
  } catch (error) {
    thrown = error;
  }
  const { verdict, problem } = thrown as ObjectStoreError;
  expect(verdict).toBe('needs-user');
  expect(problem).toMatchObject({
    code: 'CaFileUnusable',
    details: expect.stringContaining(file) as unknown,
  });
});
