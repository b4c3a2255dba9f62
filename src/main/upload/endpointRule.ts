import { BlockList, isIP } from 'node:net';

const local = new BlockList();
local.addSubnet('127.0.0.0', 8, 'ipv4');
local.addSubnet('10.0.0.0', 8, 'ipv4');
local.addSubnet('172.16.0.0', 12, 'ipv4');
local.addSubnet('192.168.0.0', 16, 'ipv4');
local.addSubnet('169.254.0.0', 16, 'ipv4');
local.addAddress('::1', 'ipv6');
local.addSubnet('fc00::', 7, 'ipv6');
local.addSubnet('fe80::', 10, 'ipv6');

export type JudgedEndpoint = { endpoint: string } | { wrong: string };

/**
 * Checks and normalises the address of an S3-compatible server: https, or with consent http where the traffic cannot
 * leave the computer or the private network.
 */
export function judgeEndpoint(typed: string, allowHttp: boolean): JudgedEndpoint {
  const url = URL.parse(typed);
  if (!url || !['https:', 'http:'].includes(url.protocol))
    return { wrong: 'Enter the server’s address, beginning with https://.' };
  if (url.username || url.password)
    return { wrong: 'Enter the address without a user name or password; the keys have fields of their own.' };
  if (url.search || url.hash || url.pathname !== '/')
    return { wrong: 'Enter the address of the server only, without a path; the bucket has its own field.' };
  if (url.protocol === 'http:') {
    if (!isLocalHost(url.hostname))
      return { wrong: 'Plain http is only for this computer or a private network; use https://.' };
    if (!allowHttp) return { wrong: 'Plain http is not encrypted: allow it explicitly, or use https://.' };
  }
  return { endpoint: url.origin };
}

/** Whether a host can only be this computer or one of its private network: addresses, and names no public DNS holds. */
function isLocalHost(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '').toLowerCase();
  const version = isIP(host);
  if (version !== 0) return local.check(host, version === 4 ? 'ipv4' : 'ipv6');
  return host === 'localhost' || /\.(localhost|local|internal|home\.arpa)$/.test(host);
}
