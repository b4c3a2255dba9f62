/**
 * Whether `url` is of `origin`, e.g. `app://session-recorder`. Compared by scheme and host: to Node a custom scheme's
 * `origin` is the text "null", and so is that of every data:, file: and blob: address.
 */
export function isOfOrigin(url: string, origin: string): boolean {
  if (!URL.canParse(url)) return false;
  const [asked, own] = [new URL(url), new URL(origin)];
  return asked.protocol === own.protocol && asked.host === own.host;
}
