/**
 * Whether `url` is of `origin`, e.g. `app://session-recorder`. Compares scheme and host: in Node the `origin` of a
 * custom scheme is the text "null", as it is for every data:, file: and blob: URL.
 */
export function isOfOrigin(url: string, origin: string): boolean {
  if (!URL.canParse(url)) return false;
  const [asked, own] = [new URL(url), new URL(origin)];
  return asked.protocol === own.protocol && asked.host === own.host;
}
