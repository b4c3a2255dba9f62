import { createHmac, createSecretKey, hash, type KeyObject } from 'node:crypto';

/** Where a signature is valid. */
export type SigningScope = { region: string; service: string };

export type SigningCredentials = { accessKeyId: string; secretAccessKey: string; sessionToken?: string };

/** `path` and `query` are percent-encoded; `query` begins with `?` or is empty. */
export type Signable = {
  method: string;
  path: string;
  query: string;
  headers: Record<string, string>;
  /** SHA-256 of the body in hex, or `UNSIGNED-PAYLOAD`. */
  bodyHash: string;
};

const ALGORITHM = 'AWS4-HMAC-SHA256';

/** Headers that a proxy may change. */
const UNSIGNED = new Set(
  (
    'authorization cache-control connection expect from keep-alive max-forwards pragma referer te trailer ' +
    'transfer-encoding upgrade user-agent x-amzn-trace-id'
  ).split(' '),
);

/**
 * Signs requests with AWS Signature Version 4. Caches the derived key until the day, region or secret changes.
 * Source: AWS General Reference, "Create a signed AWS API request".
 */
export class RequestSigner {
  private derived: { from: string; key: KeyObject } | undefined;

  /** @returns the headers to send unchanged; names in lower case */
  sign(request: Signable, scope: SigningScope, keys: SigningCredentials, date: Date): Record<string, string> {
    const time = date.toISOString().replace(/[-:]|\.\d{3}/g, '');
    const headers: Record<string, string> = {
      ...request.headers,
      'x-amz-date': time,
      'x-amz-content-sha256': request.bodyHash,
    };
    if (keys.sessionToken) headers['x-amz-security-token'] = keys.sessionToken;
    const day = time.slice(0, 8);
    const place = `${day}/${scope.region}/${scope.service}/aws4_request`;
    const { canonical, names } = canonicalForm(request, headers);
    const toSign = `${ALGORITHM}\n${time}\n${place}\n${hash('sha256', canonical)}`;
    const signature = createHmac('sha256', this.keyFor(keys.secretAccessKey, day, scope))
      .update(toSign)
      .digest('hex');
    headers.authorization = `${ALGORITHM} Credential=${keys.accessKeyId}/${place}, SignedHeaders=${names}, Signature=${signature}`;
    return headers;
  }

  private keyFor(secret: string, day: string, { region, service }: SigningScope): KeyObject {
    const from = JSON.stringify([secret, day, region, service]);
    if (this.derived?.from !== from) {
      const key = [day, region, service, 'aws4_request'].reduce(
        (signingKey, part) => createHmac('sha256', signingKey).update(part).digest(),
        Buffer.from(`AWS4${secret}`),
      );
      // A key object: an HMAC with a buffer as its key takes five times as long.
      this.derived = { from, key: createSecretKey(key) };
    }
    return this.derived.key;
  }
}

function canonicalForm(
  { method, path, query, bodyHash }: Signable,
  headers: Record<string, string>,
): { canonical: string; names: string } {
  const signed = signedNames(Object.keys(headers));
  const lines = signed.map((name) => `${name}:${trimmed(headers[name]!)}\n`).join('');
  const names = signed.join(';');
  return { canonical: `${method}\n${path}\n${query.slice(1)}\n${lines}\n${names}\n${bodyHash}`, names };
}

/** Requests of one kind have the same headers. */
const signedOf = new Map<string, readonly string[]>();
const MOST_KINDS = 100;

function signedNames(names: readonly string[]): readonly string[] {
  const kind = names.join();
  const known = signedOf.get(kind);
  if (known) return known;
  const signed = names.filter((name) => !UNSIGNED.has(name) && !/^(proxy|sec)-/.test(name)).toSorted();
  if (signedOf.size >= MOST_KINDS) signedOf.clear();
  signedOf.set(kind, signed);
  return signed;
}

function trimmed(value: string): string {
  if (!/[\r\n\t]| {2}|^ | $/.test(value)) return value;
  return value.replace(/[ \t\r\n]+/g, ' ').replace(/^ | $/g, '');
}
