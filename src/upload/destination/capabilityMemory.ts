import * as z from 'zod/mini';
import { epochMs, line, list, record } from '../../shared/bounds';
import { checksumAlgorithmSchema, type UploadConfig } from '../../shared/upload';
import type { DispensableContext } from '../../lib/dispensableFile';
import { FindingsFile } from '../../lib/findingsFile';
import { destinationId } from '../objectStore/s3/destinationId';

const findingsSchema = z.object({
  /** What the bucket keeps with an object. MD5 means: nothing, so Content-MD5 and ETags have to serve. */
  checksumAlgorithm: z.optional(checksumAlgorithmSchema),
  /** Algorithms whose checksums it was found not to keep, while it is not known yet which it does. */
  notKept: z.optional(list(checksumAlgorithmSchema, 3)),
  /** Whether `If-None-Match: *` is honoured. */
  conditionalWrites: z.optional(z.boolean()),
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

export const capabilitiesFileSchema = z.object({
  version: z.literal(3),
  destinations: record(line, findingsSchema, 10_000),
});

type Destination = Pick<UploadConfig, 'endpoint' | 'region' | 'bucket'>;

/** What each destination was found able to do. */
export type CapabilityMemory = {
  recall(destination: Destination): Promise<Findings | null>;
  remember(destination: Destination, findings: Findings): Promise<void>;
};

/** Keeps the findings in one JSON file; without it they are probed again. */
export function createCapabilityMemory(file: string, context: DispensableContext): CapabilityMemory {
  const spec = {
    what: 'findings about your bucket',
    version: 3,
    schema: capabilitiesFileSchema,
    // Version 1 knew a destination completely or not at all, and version 2 did not know when it was found.
    migrations: [1, 2].map((from) => ({ from, migrate: (old: Record<string, unknown>) => old })),
  };
  const kept = new FindingsFile<Findings>(file, spec, context);
  return {
    recall: async (config) => (await kept.recall(destinationId(config))) ?? null,
    remember: (config, findings) => kept.remember(destinationId(config), findings),
  };
}
