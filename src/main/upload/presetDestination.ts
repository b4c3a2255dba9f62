import type { UploadConfigInput } from '../types';
import type { StoredConfig } from './configRules';
import { isLoopback } from './endpointRule';

/** A destination handed over at the start: the local bucket's address and keys. */
export type PresetDestination = {
  endpoint: string;
  bucket: string;
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
};

/**
 * The settings a preset leads to, or null where it has to keep its hands off: only where nothing was configured, or an
 * earlier local bucket was. Weak storage needs no question: these keys open nothing but a server on this computer.
 */
export function presetInput(
  preset: PresetDestination,
  stored: StoredConfig | null,
): UploadConfigInput | null {
  if (stored && !isEarlierLocalBucket(stored)) return null;
  const fields = ['endpoint', 'bucket', 'region', 'accessKeyId', 'secretAccessKey'] as const;
  if (stored && fields.every((field) => stored[field] === preset[field])) return null;
  return { ...preset, forcePathStyle: true, allowHttp: true, secretStorage: 'weak' };
}

function isEarlierLocalBucket({ endpoint, forcePathStyle }: StoredConfig): boolean {
  return endpoint !== undefined && forcePathStyle === true && isLoopback(endpoint);
}
