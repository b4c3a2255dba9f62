import * as z from 'zod/mini';
import { findingsSchema, type Findings } from '../objectStore/capabilities';
import { line, record } from '../../shared/bounds';
import type { UploadConfig } from '../../shared/upload';
import type { DispensableContext } from '../../lib/optionalJsonFile';
import { FindingsFile } from '../../lib/findingsFile';
import { destinationId } from '../objectStore/s3/destinationId';

export const capabilitiesFileSchema = z.object({
  version: z.literal(3),
  destinations: record(line, findingsSchema, 10_000),
});

type Destination = Pick<UploadConfig, 'endpoint' | 'region' | 'bucket'>;

/** The capabilities found for each destination. */
export type CapabilityMemory = {
  recall(destination: Destination): Promise<Findings | null>;
  remember(destination: Destination, findings: Findings): Promise<void>;
};

/** Keeps the findings in one JSON file; without it, destinations are probed again. */
export function createCapabilityMemory(file: string, context: DispensableContext): CapabilityMemory {
  const spec = {
    what: 'findings about your bucket',
    version: 3,
    schema: capabilitiesFileSchema,
    // Version 1 stored complete findings only, and version 2 did not store when they were made.
    migrations: [1, 2].map((from) => ({ from, migrate: (old: Record<string, unknown>) => old })),
  };
  const kept = new FindingsFile<Findings>(file, spec, context);
  return {
    recall: async (config) => (await kept.recall(destinationId(config))) ?? null,
    remember: (config, findings) => kept.remember(destinationId(config), findings),
  };
}
