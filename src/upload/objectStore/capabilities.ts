import * as z from 'zod/mini';
import { epochMs, line, list } from '../../shared/bounds';
import { checksumAlgorithmSchema } from '../../shared/upload';

export const findingsSchema = z.object({
  /** What the bucket keeps with an object. MD5 means: nothing, so Content-MD5 and ETags have to serve. */
  checksumAlgorithm: z.optional(checksumAlgorithmSchema),
  /** Algorithms whose checksums it was found not to keep, while it is not known yet which it does. */
  notKept: z.optional(list(checksumAlgorithmSchema, 3)),
  /** Whether `If-None-Match: *` is honoured. */
  conditionalWrites: z.optional(z.boolean()),
  /** Whether `If-Match` is honoured. */
  conditionalReplaces: z.optional(z.boolean()),
  /** Whether ListParts works for us. Absent until a connection test found out. */
  listParts: z.optional(z.boolean()),
  /** When the newest of these was found. */
  foundAtMs: z.optional(epochMs),
  /** Key of a probe that could not be deleted yet. */
  probeLeft: z.optional(line),
});

/** What was found out so far. Each finding counts by itself. */
export type Findings = z.infer<typeof findingsSchema>;

/** What has to be known before an upload. */
export type Capabilities = Findings & Required<Pick<Findings, 'checksumAlgorithm' | 'conditionalWrites'>>;

/** The findings where all is known that an upload needs, null otherwise. */
export function whole(findings: Findings | null): Capabilities | null {
  const { checksumAlgorithm, conditionalWrites } = findings ?? {};
  if (checksumAlgorithm === undefined || conditionalWrites === undefined) return null;
  return { ...findings, checksumAlgorithm, conditionalWrites };
}

/** What the settings show of it. */
export function abilities({ checksumAlgorithm, conditionalWrites, listParts }: Capabilities) {
  return { checksumAlgorithm, conditionalWrites, listParts };
}
