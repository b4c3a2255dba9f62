const secretName = /secret|token|password|credential|authorization|signature|accesskeyid/i;
/** Presigned URLs and headers contain secrets. */
const secretInText =
  /(X-Amz-(?:Signature|Credential|Security-Token)=|Signature=|Credential=|Authorization:\s*)[^\s&"',]+/gi;
/** Credentials in the URL of a server or proxy. */
const userInAddress = /(\b[a-z][a-z\d+.-]*:\/\/)[^\s/?#"']+@/gi;
const MAX_DEPTH = 6;
/** Shorter texts are not secrets, and removing them would leave a log unreadable. */
const SHORTEST_SECRET = 4;
/** A shorter fragment of an encoding occurs in many texts by chance. */
const SHORTEST_ENCODED = 8;

/** The secrets that must not appear in a log. Their encodings are computed once. */
export class KnownSecrets {
  private readonly secrets = new Set<string>();
  private spelled: string[] = [];

  add(secret: string): void {
    if (this.secrets.has(secret)) return;
    this.secrets.add(secret);
    this.spelled = spellings([...this.secrets]);
  }

  /**
   * Returns a copy that is safe to log: masks values under names that sound like secrets, signatures inside texts, and
   * every known secret, as it is and in common encodings.
   */
  redact(value: unknown): unknown {
    return redactAt(value, this.spelled, 0);
  }

  redactText(text: string): string {
    return cutOut(text, this.spelled);
  }
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

/** Longest first: one secret may be the beginning of another. */
function spellings(secrets: readonly string[]): string[] {
  const long = secrets.filter((secret) => secret.length >= SHORTEST_SECRET);
  return [...new Set(long.flatMap(spell))].sort((a, b) => b.length - a.length);
}

/** A secret as it appears in URLs, JSON, XML, hex dumps and base64, also inside a longer encoded text. */
function spell(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const hex = bytes.toString('hex');
  const inJson = JSON.stringify(secret).slice(1, -1);
  const inUrl = encodeURIComponent(secret.toWellFormed());
  // AWS signatures also encode the characters that encodeURIComponent leaves.
  const strictUrl = inUrl.replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
  const escaped = [inJson, JSON.stringify(inJson).slice(1, -1), inUrl, strictUrl, inXml(secret)];
  const inUrlLower = [inUrl, strictUrl].map((text) =>
    text.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
  );
  const inForm = [inUrl, strictUrl].map((text) => text.replaceAll('%20', '+'));
  const units = [...secret].flatMap((character) => character.split('')).map((unit) => unit.charCodeAt(0));
  const byUnit = units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
  const byByte = (prefix: string) => hex.replace(/../g, (pair) => prefix + pair);
  const dumps = [hex, byUnit, byByte('\\x'), byByte('%'), byByte(' ').trim(), byByte(':').slice(1)];
  const upper = [hex, byUnit, byByte('%'), byByte(' ').trim(), byByte(':').slice(1)].map((text) =>
    text.toUpperCase().replaceAll('\\U', '\\u'),
  );
  return [
    secret,
    ...escaped,
    ...inUrlLower,
    ...inForm,
    ...[...dumps, ...upper, ...inBase64(bytes)].filter((text) => text.length >= SHORTEST_ENCODED),
  ];
}

function inXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** In base64, three bytes share four characters, so the result depends on the offset; only whole characters count. */
function inBase64(bytes: Buffer): string[] {
  return [0, 1, 2].flatMap((before) => {
    const encoded = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64url');
    const first = Math.ceil((before * 8) / 6);
    const last = Math.floor(((before + bytes.length) * 8) / 6);
    const whole = encoded.slice(first, last);
    return [whole, whole.replaceAll('-', '+').replaceAll('_', '/')];
  });
}
