const secretName = /secret|token|password|credential|authorization|signature|accesskeyid/i;
/** Presigned URLs and headers carry secrets in their text. */
const secretInText =
  /(X-Amz-(?:Signature|Credential|Security-Token)=|Signature=|Credential=|Authorization:\s*)[^\s&"',]+/gi;
/** Who signs in at a server or a proxy, in its address. */
const userInAddress = /(\b[a-z][a-z\d+.-]*:\/\/)[^\s/?#"']+@/gi;
const MAX_DEPTH = 6;
/** Shorter texts are no secrets, and cutting them out would leave nothing of a log. */
const SHORTEST_SECRET = 4;

/**
 * A copy fit for a log: values under secret-sounding names are masked, signatures inside texts cut out, and so is every
 * known secret, as it is or as a URL or JSON spells it.
 */
export function redact(value: unknown, knownSecrets: readonly string[] = []): unknown {
  return redactAt(value, spellings(knownSecrets), 0);
}

export function redactText(text: string, knownSecrets: readonly string[] = []): string {
  return cutOut(text, spellings(knownSecrets));
}

function redactAt(value: unknown, secrets: readonly string[], depth: number): unknown {
  if (typeof value === 'string') return cutOut(value, secrets);
  if (value instanceof Error) return cutOut(String(value), secrets);
  if (value === null || typeof value !== 'object') return value;
  if (depth >= MAX_DEPTH) return '[deep]';
  if (Array.isArray(value)) return value.map((item) => redactAt(item, secrets, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      cutOut(name, secrets),
      secretName.test(name) ? '[redacted]' : redactAt(item, secrets, depth + 1),
    ]),
  );
}

function cutOut(text: string, secrets: readonly string[]): string {
  const unsigned = text.replace(secretInText, '$1[redacted]').replace(userInAddress, '$1[redacted]@');
  return secrets.reduce((clean, secret) => clean.replaceAll(secret, '[redacted]'), unsigned);
}

/** The longest first: one secret may be the beginning of another. */
function spellings(secrets: readonly string[]): string[] {
  const long = secrets.filter((secret) => secret.length >= SHORTEST_SECRET);
  const all = long.flatMap((secret) => [
    secret,
    encodeURIComponent(secret.toWellFormed()),
    JSON.stringify(secret).slice(1, -1),
  ]);
  return [...new Set(all)].sort((a, b) => b.length - a.length);
}
