import { isIPv4 } from 'node:net';
import { bareHost } from './bareHost';

/**
 * Whether a host is always this computer: 127.0.0.0/8, ::1 (with or without brackets), localhost and its subdomains
 * (RFC 6761 §6.3).
 */
export function isLoopbackHost(hostname: string): boolean {
  const host = bareHost(hostname).toLowerCase();
  if (isIPv4(host)) return host.startsWith('127.');
  return host === '::1' || host === 'localhost' || host.endsWith('.localhost');
}
