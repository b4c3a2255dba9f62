import * as z from 'zod/mini';
import { epochMs, line, list } from '../../shared/bounds';
import { checksumAlgorithmSchema } from '../../shared/upload';

export const findingsSchema = z.object({
  /** The checksum that the bucket keeps with an object. MD5 means none: Content-MD5 and ETags are used instead. */
  checksumAlgorithm: z.optional(checksumAlgorithmSchema),
  /** Algorithms whose checksums the bucket does not keep, while the right one is unknown. */
  notKept: z.optional(list(checksumAlgorithmSchema, 3)),
  /** Whether `If-None-Match: *` is honoured. */
  conditionalWrites: z.optional(z.boolean()),
  /** Whether `If-Match` is honoured. */
  conditionalReplaces: z.optional(z.boolean()),
  /** Whether ListParts works with these credentials. Absent until a connection test has tried it. */
  listParts: z.optional(z.boolean()),
  /** When the newest of these findings was made. */
  foundAtMs: z.optional(epochMs),
  /** Key of a probe that could not be deleted yet. */
  probeLeft: z.optional(line),
});

/** What is known so far. Each finding is independent. */
export type Findings = z.infer<typeof findingsSchema>;

/** What must be known before an upload. */
export type Capabilities = Findings & Required<Pick<Findings, 'checksumAlgorithm' | 'conditionalWrites'>>;

/** The findings if they are complete enough for an upload, otherwise null. */
export function whole(findings: Findings | null): Capabilities | null {
  const { checksumAlgorithm, conditionalWrites } = findings ?? {};
  if (checksumAlgorithm === undefined || conditionalWrites === undefined) return null;
  return { ...findings, checksumAlgorithm, conditionalWrites };
}

/** The part of the capabilities that the settings show. */
export function abilities({ checksumAlgorithm, conditionalWrites, listParts }: Capabilities) {
  return { checksumAlgorithm, conditionalWrites, listParts };
}
