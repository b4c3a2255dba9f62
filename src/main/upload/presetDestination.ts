import * as z from 'zod/mini';
import { AppFailure } from '../../shared/appError';
import { line } from '../../shared/bounds';
import { describeRefusal } from '../../shared/text/sessionUploadErrors';
import { isLoopbackHost } from '../../lib/loopbackHost';
import type { ConfigInput, StoredConfig } from '../../upload/destination/configRules';

const FIELDS = ['endpoint', 'bucket', 'region', 'accessKeyId', 'secretAccessKey', 'provesItself'] as const;

/** A destination passed at the start: the local bucket's address and keys. */
export const presetSchema = z.object({
  endpoint: line,
  bucket: line,
  region: line,
  accessKeyId: line,
  secretAccessKey: line,
  provesItself: z.optional(z.boolean()),
});
type PresetDestination = z.infer<typeof presetSchema>;

/**
 * Parses a preset; it can only name a server on this computer.
 * @param text JSON
 * @throws AppFailure `PresetUnusable`
 */
export function readPreset(text: string): PresetDestination {
  try {
    const preset = presetSchema.parse(JSON.parse(text));
    const host = URL.parse(preset.endpoint)?.hostname;
    // Otherwise recordings would go to any server on the command line, without confirmation.
    if (host === undefined || !isLoopbackHost(host))
      throw new Error(`${preset.endpoint} is not this computer`);
    return preset;
  } catch (cause) {
    const details = cause instanceof z.core.$ZodError ? z.prettifyError(cause) : String(cause);
    throw new AppFailure(describeRefusal('preset-unusable', details), { cause });
  }
}

/**
 * The settings from a preset; null unless nothing is configured or an earlier local bucket is. Weak storage needs no
 * confirmation: these keys open only a server on this computer.
 */
export function presetInput(preset: PresetDestination, stored: StoredConfig | null): ConfigInput | null {
  if (stored && !isEarlierLocalBucket(stored)) return null;
  if (stored && FIELDS.every((field) => stored[field] === preset[field])) return null;
  return { ...preset, forcePathStyle: true, allowHttp: true, secretStorage: 'weak' };
}

function isEarlierLocalBucket({ endpoint, forcePathStyle, awsProfile }: StoredConfig): boolean {
  const host = URL.parse(endpoint ?? '')?.hostname;
  return awsProfile === undefined && host !== undefined && forcePathStyle === true && isLoopbackHost(host);
}
