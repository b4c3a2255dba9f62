const secretName = /secret|token|password|credential|authorization|signature|accesskeyid/i;
/** Presigned URLs and headers carry secrets in their text. */
const secretInText =
  /(X-Amz-(?:Signature|Credential|Security-Token)=|Signature=|Credential=|Authorization:\s*)[^\s&"',]+/gi;
const MAX_DEPTH = 6;

/** A copy fit for a log: values under secret-sounding names are masked, signatures inside texts cut out. */
export function redact(value: unknown, knownSecrets: readonly string[] = [], depth = 0): unknown {
  if (typeof value === 'string') return redactText(value, knownSecrets);
  if (value === null || typeof value !== 'object') return value;
  if (depth >= MAX_DEPTH) return '[deep]';
  if (Array.isArray(value)) return value.map((item) => redact(item, knownSecrets, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name,
      secretName.test(name) ? '[redacted]' : redact(item, knownSecrets, depth + 1),
    ]),
  );
}

export function redactText(text: string, knownSecrets: readonly string[] = []): string {
  const unsigned = text.replace(secretInText, '$1[redacted]');
  return knownSecrets.reduce(
    (clean, secret) => (secret.length >= 8 ? clean.replaceAll(secret, '[redacted]') : clean),
    unsigned,
  );
}
