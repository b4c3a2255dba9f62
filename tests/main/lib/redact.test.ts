import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { redact } from '../../../src/main/lib/redact';

describe('redaction', () => {
  test('masks what is named like a secret, at any depth', () => {
    const fields = {
      config: { secretAccessKey: 'abc', sessionToken: 't', bucket: 'b', list: [{ password: 'p' }] },
    };
    expect(redact(fields)).toEqual({
      config: {
        secretAccessKey: '[redacted]',
        sessionToken: '[redacted]',
        bucket: 'b',
        list: [{ password: '[redacted]' }],
      },
    });
  });

  test('cuts signatures out of URLs and headers', () => {
    const url =
      'https://b.s3.amazonaws.com/k?X-Amz-Credential=AKIA%2F1&X-Amz-Signature=deadbeef&x-id=GetObject';
    const clean = redact(url);
    expect(clean).not.toContain('deadbeef');
    expect(clean).not.toContain('AKIA');
    expect(clean).toContain('x-id=GetObject');
  });

  test('cuts users and passwords out of addresses', () => {
    const said = 'connect to http://me:p@ss@proxy.corp:3128 failed, see https://example.com/a@b';
    expect(redact(said)).toBe(
      'connect to http://[redacted]@proxy.corp:3128 failed, see https://example.com/a@b',
    );
  });

  test('a known secret appears nowhere, wherever it stood', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 4 }), fc.string(), fc.string(), (secret, before, after) => {
        const clean = redact({ text: `${before}${secret}${after}` }, [secret]) as { text: string };
        fc.pre(!'[redacted]'.includes(secret) && !before.includes(secret) && !after.includes(secret));
        expect(clean.text.split('[redacted]')).not.toContain(secret);
      }),
    );
  });
});
