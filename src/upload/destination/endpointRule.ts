import { BlockList, isIP } from 'node:net';
import type { FieldProblem } from '../../shared/fieldProblem';
import { bareHost } from '../../lib/bareHost';
import { hasInvisible, INVISIBLE } from './invisible';

const local = new BlockList();
local.addSubnet('127.0.0.0', 8, 'ipv4');
local.addSubnet('10.0.0.0', 8, 'ipv4');
local.addSubnet('172.16.0.0', 12, 'ipv4');
local.addSubnet('192.168.0.0', 16, 'ipv4');
local.addSubnet('169.254.0.0', 16, 'ipv4');
local.addAddress('::1', 'ipv6');
local.addSubnet('fc00::', 7, 'ipv6');
local.addSubnet('fe80::', 10, 'ipv6');

export type JudgedEndpoint = { endpoint: string } | { wrong: FieldProblem };

/**
 * Validates and normalizes the address of an S3-compatible server: https, or http with consent if the traffic cannot
 * leave the computer or the private network. It may have a path, for gateways.
 * @param bucket a bucket that the address must not contain
 */
export function judgeEndpoint(typed: string, allowHttp: boolean, bucket = ''): JudgedEndpoint {
  if (hasInvisible(typed)) return { wrong: INVISIBLE };
  const url = URL.parse(typed);
  if (!url || !['https:', 'http:'].includes(url.protocol)) return { wrong: { kind: 'endpoint-invalid' } };
  if (url.username || url.password) return { wrong: { kind: 'endpoint-with-user' } };
  if (url.search || url.hash) return { wrong: { kind: 'endpoint-with-query' } };
  const path = url.pathname.replace(/\/+$/, '');
  const right = withoutBucket(url, bucket);
  if (right)
    return {
      wrong: { kind: 'endpoint-with-bucket', bucket, right },
    };
  if (url.protocol === 'http:') {
    if (!isLocalHost(url.hostname)) return { wrong: { kind: 'http-not-private' } };
    if (!allowHttp) return { wrong: { kind: 'http-not-allowed' } };
  }
  return { endpoint: url.origin + path };
}

/**
 * Whether a host is always this computer or on its private network: private addresses, and names that are never in
 * public DNS.
 */
function isLocalHost(hostname: string): boolean {
  const host = bareHost(hostname).toLowerCase();
  const version = isIP(host);
  if (version !== 0) return local.check(host, version === 4 ? 'ipv4' : 'ipv6');
  return host === 'localhost' || /\.(localhost|local|internal|home\.arpa)$/.test(host);
}

/** Endpoints of public services, none of which have a path. */
const PUBLIC_ENDPOINT = new RegExp(
  [
    '^s3[.-](.+\\.)?(amazonaws\\.com(\\.cn)?|wasabisys\\.com|backblazeb2\\.com|scw\\.cloud)$',
    '^[0-9a-f]{32}(\\.[a-z]+)?\\.r2\\.cloudflarestorage\\.com$',
    '^[a-z0-9-]+\\.(digitaloceanspaces|linodeobjects|aliyuncs)\\.com$',
    '^storage\\.googleapis\\.com$',
  ].join('|'),
);

/**
 * The corrected address if this one certainly contains the bucket. A gateway's path may contain the bucket's name for
 * another reason: the probe finds out.
 */
function withoutBucket(url: URL, bucket: string): string | undefined {
  if (bucket === '') return undefined;
  if (PUBLIC_ENDPOINT.test(url.hostname) && url.pathname.split('/')[1] === bucket) return url.origin;
  if (!url.host.startsWith(`${bucket.toLowerCase()}.`)) return undefined;
  const rest = URL.parse(`${url.protocol}//${url.host.slice(bucket.length + 1)}`);
  const isEndpoint = rest && (PUBLIC_ENDPOINT.test(rest.hostname) || /^s3[.-]/.test(rest.hostname));
  return isEndpoint ? rest.origin : undefined;
}
