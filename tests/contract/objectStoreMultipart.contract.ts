import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Checksum } from '../../src/upload/objectStore/objectStore';
import { checksumOf, compositeOf, md5Hex } from '../fakes/bodyChecksums';
import { expectOutcome, outcomeOf, readAll, useFixture, verdictOf, type SuiteContext } from './storeFixture';

const MIB = 1024 * 1024;
const contentType = 'application/zip';
/** Two parts: the smallest first one S3 allows, and a short last one. */
const makeParts = () => [randomBytes(5 * MIB), randomBytes(70_000)];

export function describeMultipart(context: SuiteContext): void {
  describe('multipart uploads', () => {
    const fixture = useFixture(context);
    const store = () => fixture().store;
    const keyOf = (name: string) => `${fixture().prefix}${name}`;

    async function begin(name: string, checksumAlgorithm?: Checksum['algorithm']) {
      const key = keyOf(name);
      const metadata = { 'upload-token': `token-of-${name}` };
      const { uploadId } = await store().createMultipartUpload({
        key,
        contentType,
        metadata,
        checksumAlgorithm,
      });
      return { key, uploadId };
    }

    async function send(
      at: { key: string; uploadId: string },
      bodies: Buffer[],
      crc?: Checksum['algorithm'],
    ) {
      const parts: { number: number; etag: string; checksum?: Checksum }[] = [];
      for (const [index, body] of bodies.entries()) {
        const checksum = await checksumOf(crc ?? 'MD5', body);
        const number = index + 1;
        const sent = await store().uploadPart({ ...at, number, body, checksum });
        parts.push({ number, ...sent });
      }
      return parts;
    }

    it('puts an object together, with a composite ETag and its metadata', async () => {
      const bodies = makeParts();
      const at = await begin('together');
      const parts = await send(at, bodies);
      const { etag } = await store().completeMultipartUpload({ ...at, parts });
      const head = await store().headObject({ key: at.key });
      const md5s = Buffer.concat(bodies.map((body) => Buffer.from(md5Hex(body), 'hex')));
      expect(head).toMatchObject({
        size: 5 * MIB + 70_000,
        etag: `"${createHash('md5').update(md5s).digest('hex')}-2"`,
        metadata: { 'upload-token': 'token-of-together' },
      });
      expectOutcome(context, 'tells the ETag when an upload completes', etag ?? 'none', head!.etag);
      const read = await readAll((await store().getObject({ key: at.key })).body);
      expect(read.equals(Buffer.concat(bodies))).toBe(true);
    });

    it('reads across the seam of two parts', async () => {
      const bodies = makeParts();
      const at = await begin('seam');
      await store().completeMultipartUpload({ ...at, parts: await send(at, bodies) });
      const range = { first: 5 * MIB - 10, last: 5 * MIB + 9 };
      const { body } = await store().getObject({ key: at.key, range });
      expect(await readAll(body)).toEqual(Buffer.concat(bodies).subarray(range.first, range.last + 1));
    });

    it('lists the parts it has, with size and ETag, in order', async () => {
      const at = await begin('listed');
      const second = await store().uploadPart({ ...at, number: 2, body: Buffer.from('second') });
      const first = await store().uploadPart({ ...at, number: 1, body: Buffer.from('one') });
      const listed = await store().listParts(at);
      expect(listed.map(({ number, size, etag }) => ({ number, size, etag }))).toEqual([
        { number: 1, size: 3, etag: first.etag },
        { number: 2, size: 6, etag: second.etag },
      ]);
      expect(first.etag).toBe(`"${md5Hex(Buffer.from('one'))}"`);
      await store().abortMultipartUpload(at);
    });

    it('lists no parts of an upload just begun', async () => {
      const at = await begin('fresh');
      expect(await store().listParts(at)).toEqual([]);
      await store().abortMultipartUpload(at);
    });

    it('takes the last body of a part sent twice', async () => {
      const at = await begin('again');
      await send(at, [Buffer.from('stale')]);
      const parts = await send(at, [Buffer.from('fresh!')]);
      expect((await store().listParts(at)).map(({ size }) => size)).toEqual([6]);
      await store().completeMultipartUpload({ ...at, parts });
      expect((await readAll((await store().getObject({ key: at.key })).body)).toString()).toBe('fresh!');
    });

    it('keeps a composite CRC32', async () => {
      const bodies = makeParts();
      const at = await begin('composite', 'CRC32');
      const parts = await send(at, bodies, 'CRC32');
      const sums = await Promise.all(bodies.map((body) => checksumOf('CRC32', body)));
      const listed = (await store().listParts(at)).flatMap(({ checksum }) => checksum ?? []);
      expectOutcome(context, 'keeps the checksums of parts', listed, sums);
      await store().completeMultipartUpload({ ...at, parts });
      const composite = await compositeOf(
        'CRC32',
        sums.map(({ value }) => value),
      );
      const head = await store().headObject({ key: at.key });
      const promised = { ...composite, composite: true };
      expectOutcome(context, 'keeps a composite CRC32', head?.checksum ?? 'none', promised);
    });

    it('keeps a full-object CRC64NVME', async () => {
      const bodies = makeParts();
      const at = await begin('full', 'CRC64NVME');
      const parts = await send(at, bodies, 'CRC64NVME');
      await store().completeMultipartUpload({ ...at, parts });
      const whole = await checksumOf('CRC64NVME', Buffer.concat(bodies));
      const head = await store().headObject({ key: at.key });
      const promised = { ...whole, composite: false };
      expectOutcome(context, 'keeps a full-object CRC64NVME', head?.checksum ?? 'none', promised);
    });

    it('refuses a part whose MD5 is wrong, and keeps none of it', async () => {
      const at = await begin('damaged');
      const checksum = await checksumOf('MD5', Buffer.from('other'));
      const sending = store().uploadPart({ ...at, number: 1, body: Buffer.from('body'), checksum });
      expect(await outcomeOf(sending)).toBe('corrupt BadDigest');
      expect(await store().listParts(at)).toEqual([]);
      await store().abortMultipartUpload(at);
    });

    it('refuses to complete with a part it does not have, or of another content', async () => {
      const at = await begin('mismatch');
      const [part] = await send(at, [Buffer.from('body')]);
      const other = { number: 1, etag: `"${md5Hex(Buffer.from('other'))}"` };
      expect(await verdictOf(store().completeMultipartUpload({ ...at, parts: [other] }))).toBe('gone');
      const unknown = { number: 2, etag: part!.etag };
      expect(await verdictOf(store().completeMultipartUpload({ ...at, parts: [unknown] }))).toBe('gone');
      expect(await store().headObject({ key: at.key })).toBeNull();
      await store().abortMultipartUpload(at);
    });

    it('refuses a small part that is not the last', async () => {
      const at = await begin('small');
      const parts = await send(at, [Buffer.from('small'), Buffer.from('last')]);
      const outcome = await outcomeOf(store().completeMultipartUpload({ ...at, parts }));
      expectOutcome(context, 'refuses a small part', outcome, 'needs-user EntityTooSmall');
    });

    it('forgets an upload that was aborted, and minds no second abort', async () => {
      const at = await begin('aborted');
      const parts = await send(at, [Buffer.from('body')]);
      await store().abortMultipartUpload(at);
      await store().abortMultipartUpload(at);
      expect(await verdictOf(store().listParts(at))).toBe('gone');
      expect(await verdictOf(store().uploadPart({ ...at, number: 2, body: Buffer.from('x') }))).toBe('gone');
      const completing = await verdictOf(store().completeMultipartUpload({ ...at, parts }));
      expectOutcome(context, 'knows that a lost upload cannot complete', completing, 'gone');
    });

    it('lists the uploads in progress under a prefix', async () => {
      const a = await begin('progress/a');
      const b = await begin('progress/b');
      const other = await begin('elsewhere');
      const listed = await store().listMultipartUploads({ prefix: keyOf('progress/') });
      const ids = listed.map(({ key, uploadId }) => ({ key, uploadId }));
      expect(ids).toHaveLength(2);
      expect(ids).toEqual(expect.arrayContaining([a, b]));
      for (const at of [a, b, other]) await store().abortMultipartUpload(at);
      expect(await store().listMultipartUploads({ prefix: keyOf('progress/') })).toEqual([]);
    });

    it('lists a completed upload no more', async () => {
      const at = await begin('finished/one');
      await store().completeMultipartUpload({ ...at, parts: await send(at, [Buffer.from('x')]) });
      expect(await store().listMultipartUploads({ prefix: keyOf('finished/') })).toEqual([]);
      expectOutcome(context, 'forgets a completed upload', await verdictOf(store().listParts(at)), 'gone');
    });

    it('overwrites nothing on completing when told so', async () => {
      const at = await begin('taken');
      await store().putObject({ key: at.key, body: Buffer.from('first'), contentType });
      const parts = await send(at, [Buffer.from('second')]);
      const outcome = await verdictOf(store().completeMultipartUpload({ ...at, parts, ifNoneMatch: true }));
      expectOutcome(context, 'If-None-Match on CompleteMultipartUpload', outcome, 'conflict');
    });

    it('replaces only the object that it was told to replace on completing', async () => {
      const at = await begin('replaced-in-parts');
      const put = (text: string) => store().putObject({ key: at.key, body: Buffer.from(text), contentType });
      const { etag } = await put('first');
      await put('second');
      const parts = await send(at, [Buffer.from('third')]);
      const late = await verdictOf(store().completeMultipartUpload({ ...at, parts, ifMatch: etag }));
      expectOutcome(context, 'If-Match on CompleteMultipartUpload', late, 'conflict');
    });
  });
}
