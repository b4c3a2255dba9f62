/** A host as sockets expect it: an IPv6 address without the brackets of a URL. */
export function bareHost(hostname: string): string {
  return hostname.replace(/^\[(.*)\]$/, '$1');
}
