import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { checksumOf, md5Hex } from '../fakes/bodyChecksums';
import { expectOutcome, outcomeOf, readAll, useFixture, verdictOf, type SuiteContext } from './storeFixture';

const contentType = 'application/octet-stream';
const crcs = ['CRC32', 'CRC64NVME'] as const;

export function describeObjects(context: SuiteContext): void {
  describe('objects', () => {
    const fixture = useFixture(context);
    const keyOf = (name: string) => `${fixture().prefix}${name}`;
    const put = (name: string, body: Uint8Array, more = {}) =>
      fixture().store.putObject({ key: keyOf(name), body, contentType, ...more });
    const get = async (name: string, range?: { first: number; last: number }) =>
      readAll((await fixture().store.getObject({ key: keyOf(name), range })).body);

    it('gives back what was put, with its size, ETag and metadata', async () => {
      const body = randomBytes(300_000);
      const { etag } = await put('whole', body, { metadata: { 'upload-token': 'a-b-c' } });
      const head = await fixture().store.headObject({ key: keyOf('whole') });
      expect(head).toMatchObject({ size: body.length, etag, metadata: { 'upload-token': 'a-b-c' } });
      expect(etag).toBe(`"${md5Hex(body)}"`);
      expect((await get('whole')).equals(body)).toBe(true);
    });

    it('gives back a range, and says how large it is', async () => {
      const body = randomBytes(5000);
      await put('ranged', body);
      const range = { first: 1000, last: 1999 };
      expect((await fixture().store.getObject({ key: keyOf('ranged'), range })).size).toBe(1000);
      expect(await get('ranged', range)).toEqual(body.subarray(1000, 2000));
    });

    it('tells with a range whose it is: the ETag and the metadata of the whole object', async () => {
      const { etag } = await put('whose', randomBytes(100), { metadata: { 'upload-token': 'a-b-c' } });
      const range = { first: 0, last: 0 };
      const read = await fixture().store.getObject({ key: keyOf('whose'), range });
      expect(read).toMatchObject({ size: 1, etag, metadata: { 'upload-token': 'a-b-c' } });
      expect(await readAll(read.body)).toHaveLength(1);
    });

    it('keeps an empty object', async () => {
      await put('empty', new Uint8Array());
      expect(await fixture().store.headObject({ key: keyOf('empty') })).toMatchObject({ size: 0 });
      expect(await get('empty')).toEqual(Buffer.alloc(0));
    });

    it('replaces an object', async () => {
      await put('twice', Buffer.from('one'));
      await put('twice', Buffer.from('another'));
      expect((await get('twice')).toString()).toBe('another');
    });

    it('takes keys with any characters', async () => {
      const names = ['a b', 'ä/ö', '1+1=2&3', "it's (a) *test*!", 'per%20cent', '日本', 'a//b'];
      for (const name of names) await put(`odd/${name}`, Buffer.from(name));
      for (const name of names) expect((await get(`odd/${name}`)).toString()).toBe(name);
      const listed = await fixture().store.listObjects({ prefix: keyOf('odd/') });
      expect(listed.map(({ key }) => key).sort()).toEqual(names.map((name) => keyOf(`odd/${name}`)).sort());
    });

    it('lists the keys under a prefix with their sizes', async () => {
      await put('list/a', Buffer.from('1'));
      await put('list/b', Buffer.from('22'));
      await put('listless', Buffer.from('333'));
      const listed = await fixture().store.listObjects({ prefix: keyOf('list/') });
      expect(listed).toEqual([
        { key: keyOf('list/a'), size: 1 },
        { key: keyOf('list/b'), size: 2 },
      ]);
    });

    it('knows nothing of a key where nothing stands', async () => {
      expect(await fixture().store.headObject({ key: keyOf('nothing') })).toBeNull();
      const getting = fixture().store.getObject({ key: keyOf('nothing') });
      expect(await outcomeOf(getting)).toBe('needs-user NoSuchKey');
      await fixture().store.deleteObject({ key: keyOf('nothing') });
    });

    it('deletes', async () => {
      await put('doomed', Buffer.from('x'));
      await fixture().store.deleteObject({ key: keyOf('doomed') });
      expect(await fixture().store.headObject({ key: keyOf('doomed') })).toBeNull();
    });

    it('counts the bytes of a body as they leave', async () => {
      const body = randomBytes(3_000_001);
      let sent = 0;
      await put('counted', body, { onBytesSent: (bytes: number) => (sent += bytes) });
      expect(sent).toBe(body.length);
    });

    it('accepts a body with its MD5 and refuses one with another', async () => {
      const body = randomBytes(1000);
      await put('md5', body, { checksum: await checksumOf('MD5', body) });
      const wrong = put('md5-wrong', body, { checksum: await checksumOf('MD5', randomBytes(1000)) });
      expect(await outcomeOf(wrong)).toBe('corrupt BadDigest');
      expect(await fixture().store.headObject({ key: keyOf('md5-wrong') })).toBeNull();
    });

    it.each(crcs)('keeps the %s of an object', async (algorithm) => {
      const body = randomBytes(100_000);
      const checksum = await checksumOf(algorithm, body);
      await put(`kept-${algorithm}`, body, { checksum });
      const head = await fixture().store.headObject({ key: keyOf(`kept-${algorithm}`) });
      const promised = { ...checksum, composite: false };
      expectOutcome(context, 'keeps the checksum of an object', head?.checksum ?? 'none', promised);
    });

    it.each(crcs)('refuses a wrong %s', async (algorithm) => {
      const checksum = await checksumOf(algorithm, randomBytes(10));
      const wrong = put(`wrong-${algorithm}`, randomBytes(10), { checksum });
      expectOutcome(context, 'refuses a wrong CRC', await verdictOf(wrong), 'corrupt');
    });

    it.each(crcs)('tells in its reply to a PUT no %s but the one that it found itself', async (algorithm) => {
      const body = randomBytes(10);
      const right = await checksumOf(algorithm, body);
      const wrong = await checksumOf(algorithm, randomBytes(10));
      const told = (checksum: typeof right) =>
        put(`told-${algorithm}`, body, { checksum }).then(
          (reply) => reply.checksum,
          () => undefined,
        );
      expect([right, undefined]).toContainEqual(await told(right));
      expect(await told(wrong)).not.toEqual(wrong);
    });

    it('overwrites nothing when told so', async () => {
      await put('once', Buffer.from('first'), { ifNoneMatch: true }).catch(() =>
        put('once', Buffer.from('first')),
      );
      const second = await outcomeOf(put('once', Buffer.from('second'), { ifNoneMatch: true }));
      expectOutcome(context, 'If-None-Match on PutObject', second, 'conflict PreconditionFailed');
    });

    it('replaces only the object that it was told to replace', async () => {
      const { etag } = await put('replaced', Buffer.from('first'));
      const second = await outcomeOf(put('replaced', Buffer.from('second'), { ifMatch: etag }));
      expectOutcome(context, 'a right If-Match on PutObject', second, 'ok');
      await put('replaced', Buffer.from('third'));
      const late = await outcomeOf(put('replaced', Buffer.from('fourth'), { ifMatch: etag }));
      expectOutcome(context, 'If-Match on PutObject', late, 'conflict PreconditionFailed');
    });
  });
}
