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
 * Checks and normalises the address of an S3-compatible server: https, or with consent http where the traffic cannot
 * leave the computer or the private network. It may have a path, as that of a gateway has.
 * @param bucket what the address must not name as well
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

/** Whether a host can only be this computer or one of its private network: addresses, and names no public DNS holds. */
function isLocalHost(hostname: string): boolean {
  const host = bareHost(hostname).toLowerCase();
  const version = isIP(host);
  if (version !== 0) return local.check(host, version === 4 ? 'ipv4' : 'ipv6');
  return host === 'localhost' || /\.(localhost|local|internal|home\.arpa)$/.test(host);
}

/** Endpoints of public services: none of them has a path. */
const PUBLIC_ENDPOINT = new RegExp(
  [
    '^s3[.-](.+\\.)?(amazonaws\\.com(\\.cn)?|wasabisys\\.com|backblazeb2\\.com|scw\\.cloud)$',
    '^[0-9a-f]{32}(\\.[a-z]+)?\\.r2\\.cloudflarestorage\\.com$',
    '^[a-z0-9-]+\\.(digitaloceanspaces|linodeobjects|aliyuncs)\\.com$',
    '^storage\\.googleapis\\.com$',
  ].join('|'),
);

/**
 * The right address where this one certainly names the bucket as well. A gateway's path may have the bucket's name for
 * another reason: whether it does the probe finds out.
 */
function withoutBucket(url: URL, bucket: string): string | undefined {
  if (bucket === '') return undefined;
  if (PUBLIC_ENDPOINT.test(url.hostname) && url.pathname.split('/')[1] === bucket) return url.origin;
  if (!url.host.startsWith(`${bucket.toLowerCase()}.`)) return undefined;
  const rest = URL.parse(`${url.protocol}//${url.host.slice(bucket.length + 1)}`);
  const isEndpoint = rest && (PUBLIC_ENDPOINT.test(rest.hostname) || /^s3[.-]/.test(rest.hostname));
  return isEndpoint ? rest.origin : undefined;
}
