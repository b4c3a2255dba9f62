/**
 * Maps custom schemes to URLs for Chromium: app://host/path becomes https://host.app.shell.localhost/path, a secure
 * context that needs no name server. The app sees only app://.
 */
const suffix = 'shell.localhost';
const noHost = 'no-host';
const handled = new Set<string>();

/** The pattern for Chromium's request interception. */
export const schemeUrlPattern = `https://*.${suffix}/*`;

export function addScheme(scheme: string): void {
  handled.add(scheme);
}

export function removeScheme(scheme: string): void {
  handled.delete(scheme);
}

/** The URL that the page is loaded from; other URLs are unchanged. */
export function toChromiumUrl(url: string): string {
  const found = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)(.*)$/i.exec(url);
  const scheme = found?.[1]!.toLowerCase();
  if (!found || !scheme || !handled.has(scheme)) return url;
  const rest = found[3]!.startsWith('/') ? found[3]! : `/${found[3]}`;
  return `https://${(found[2] || noHost).toLowerCase()}.${scheme}.${suffix}${rest}`;
}

/** The URL that the app sees. */
export function toAppUrl(url: string): string {
  const found = /^https:\/\/([^/]+)\.([a-z][a-z0-9+-]*)\.shell\.localhost(?=[/?#]|$)/.exec(url);
  if (!found || !handled.has(found[2]!)) return url;
  const host = found[1] === noHost ? '' : found[1];
  return `${found[2]}://${host}${url.slice(found[0].length)}`;
}

/** The origin of a URL that the app sees; "null" if it has none. */
export function appOrigin(url: string): string {
  const found = /^([a-z][a-z0-9+-]*:\/\/[^/?#]*)/i.exec(url);
  if (found && handled.has(found[1]!.split(':')[0]!)) return found[1]!;
  return URL.canParse(url) ? new URL(url).origin : 'null';
}

/** The scheme of an intercepted request, if it belongs to the app. */
export function schemeOf(chromiumUrl: string): string | undefined {
  const url = toAppUrl(chromiumUrl);
  return url === chromiumUrl ? undefined : url.slice(0, url.indexOf(':'));
}

/** Replaces handled schemes in a Content-Security-Policy with the origins that Chromium sees. */
export function toChromiumPolicy(policy: string): string {
  return policy.replace(
    /(^|[\s;])([a-z][a-z0-9+-]*):(?:\/\/([^\s;/]+))?(?=[\s;/]|$)/g,
    (whole, before, scheme, host) => {
      if (!handled.has(scheme as string)) return whole as string;
      return `${before as string}https://${(host as string | undefined) ?? '*'}.${scheme as string}.${suffix}`;
    },
  );
}
