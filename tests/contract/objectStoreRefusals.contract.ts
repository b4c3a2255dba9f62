import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ObjectStoreError } from '../../src/upload/objectStore/objectStore';
import {
  expectOutcome,
  outcomeOf,
  useFixture,
  verdictOf,
  type StoreSettings,
  type SuiteContext,
} from './storeFixture';
import { wordsOf } from '../wordsOf';

const contentType = 'text/plain';
const body = Buffer.from('probe');

export function describeCancelling(context: SuiteContext): void {
  describe('cancelling', () => {
    const fixture = useFixture(context);

    it('does not begin what is cancelled already', async () => {
      const key = `${fixture().prefix}never`;
      const putting = fixture().store.putObject({ key, body, contentType, signal: AbortSignal.abort() });
      expect(await verdictOf(putting)).toBe('cancelled');
      expect(await fixture().store.headObject({ key })).toBeNull();
    });

    it('ends a call whose signal aborts', async () => {
      const { store, prefix } = fixture();
      const at = {
        key: `${prefix}halfway`,
        ...(await store.createMultipartUpload({ key: `${prefix}halfway`, contentType })),
      };
      const stop = new AbortController();
      const large = randomBytes(5 * 1024 * 1024);
      const sending = store.uploadPart({ ...at, number: 1, body: large, signal: stop.signal });
      stop.abort();
      expect(await verdictOf(sending)).toBe('cancelled');
      await store.abortMultipartUpload(at);
    });
  });
}

export function describeRefusals(context: SuiteContext): void {
  describe('refusals', () => {
    const fixture = useFixture(context);
    const putWith = (settings: StoreSettings) => {
      const { reach, prefix } = fixture();
      return reach!(settings).putObject({ key: `${prefix}refused`, body, contentType });
    };

    it('names a wrong secret', async () => {
      const putting = putWith({ secretAccessKey: 'wrong-secret' });
      expect(await outcomeOf(putting)).toBe('needs-user SignatureDoesNotMatch');
    });

    it('names an unknown access key', async () => {
      const outcome = await outcomeOf(putWith({ accessKeyId: 'AKIAUNKNOWN000000000' }));
      expectOutcome(context, 'names an unknown access key', outcome, 'needs-user InvalidAccessKeyId');
    });

    it('names a bucket that is not there', async () => {
      expect(await outcomeOf(putWith({ bucket: 'no-such-bucket-here' }))).toBe('needs-user NoSuchBucket');
    });

    it('goes to the region the server names', async () => {
      expect(await outcomeOf(putWith({ region: 'eu-elsewhere-9' }))).toBe('ok');
    });

    it('tells an endpoint where nobody listens', async () => {
      const failure = await Promise.resolve(putWith({ endpoint: 'http://127.0.0.1:9' })).catch((e) => e);
      expect(failure).toBeInstanceOf(ObjectStoreError);
      expect(failure.verdict).toBe('unreachable');
      expect(wordsOf(failure as ObjectStoreError).message).toBe('127.0.0.1:9 refuses connections.');
    });
  });
}
