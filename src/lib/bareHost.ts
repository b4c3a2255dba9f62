/** A host as sockets take it: an IPv6 address without the brackets of a URL. */
export function bareHost(hostname: string): string {
  return hostname.replace(/^\[(.*)\]$/, '$1');
}
