import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { KnownSecrets } from '../../../src/lib/redact';

function redact(value: unknown, secrets: readonly string[] = []): unknown {
  const known = new KnownSecrets();
  for (const secret of secrets) known.add(secret);
  return known.redact(value);
}

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

  const encodings: Record<string, (secret: string) => string> = {
    'in JSON': (secret) => JSON.stringify({ secret }),
    'in JSON in JSON': (secret) => JSON.stringify({ body: JSON.stringify({ secret }) }),
    'in JSON, by code units': (secret) =>
      [...Array(secret.length).keys()]
        .map((at) => `\\u${secret.charCodeAt(at).toString(16).padStart(4, '0')}`)
        .join(''),
    'in a URL': (secret) => encodeURIComponent(secret),
    'in a URL, in small letters': (secret) =>
      encodeURIComponent(secret).replace(/%../g, (code) => code.toLowerCase()),
    'in a form': (secret) => encodeURIComponent(secret).replaceAll('%20', '+'),
    'in hex': (secret) => Buffer.from(secret).toString('hex'),
    'in HEX': (secret) => Buffer.from(secret).toString('hex').toUpperCase(),
    'as a dump': (secret) =>
      Buffer.from(secret)
        .toString('hex')
        .replace(/..(?=.)/g, '$& '),
    'in base64': (secret) => Buffer.from(secret).toString('base64'),
    'in base64url': (secret) => Buffer.from(secret).toString('base64url'),
    'in base64, one byte further': (secret) => Buffer.from(`:${secret}`).toString('base64'),
    'in base64 of a sign-in': (secret) => Buffer.from(`me:${secret}\n`).toString('base64'),
    'in XML': (secret) =>
      secret
        .replaceAll('&', '&amp;')
        .replaceAll('<', '&lt;')
        .replaceAll('>', '&gt;')
        .replaceAll('"', '&quot;'),
  };
  test.each(Object.entries(encodings))('a known secret is not legible %s either', (_name, encode) => {
    const signs = fc.constantFrom(...'aZ09+/=_-%&<>"\'\\ !()*.~ßé');
    const secrets = fc.string({ unit: signs, minLength: 12, maxLength: 60 });
    fc.assert(
      fc.property(secrets, (secret) => {
        const before = encode(secret);
        const clean = redact(`x ${before} y`, [secret]) as string;
        expect(clean).toContain('[redacted]');
        // Around it stands the encoding's frame, and in base64 a few characters that belong to its neighbours as well.
        expect(clean.replace('[redacted]', '').length).toBeLessThanOrEqual(encode('').length + 12);
      }),
    );
  });
});
