import * as z from 'zod/mini';
import { line } from '../../shared/bounds';
import { checksumAlgorithmSchema } from '../../shared/upload';
import { DispensableFile, type DispensableContext } from '../lib/dispensableFile';
import type { UploadConfig } from '../types';

const capabilitiesSchema = z.object({
  /** What the bucket keeps with an object. MD5 means: nothing, so Content-MD5 and ETags have to serve. */
  checksumAlgorithm: checksumAlgorithmSchema,
  /** Whether `If-None-Match: *` is honoured. */
  conditionalWrites: z.boolean(),
  /** Whether ListParts works for us. Absent until a connection test found out. */
  listParts: z.optional(z.boolean()),
});
export type Capabilities = z.infer<typeof capabilitiesSchema>;

const fileSchema = z.object({
  version: z.literal(1),
  destinations: z.record(line, capabilitiesSchema),
});

type Destination = Pick<UploadConfig, 'endpoint' | 'region' | 'bucket'>;

/** What each destination was found able to do. */
export type CapabilityMemory = {
  recall(destination: Destination): Promise<Capabilities | null>;
  remember(destination: Destination, capabilities: Capabilities): Promise<void>;
};

/** Keeps the findings in one JSON file; without it they are probed again. */
export function createCapabilityMemory(file: string, context: DispensableContext): CapabilityMemory {
  const spec = { what: 'findings about your bucket', version: 1, schema: fileSchema };
  const kept = new DispensableFile(file, spec, context);
  let loaded: Promise<Record<string, Capabilities>> | undefined;
  const load = () => (loaded ??= kept.read().then((content) => ({ ...content?.destinations })));
  return {
    recall: async (config) => (await load())[destinationId(config)] ?? null,
    async remember(config, capabilities) {
      const destinations = await load();
      destinations[destinationId(config)] = capabilities;
      await kept.write({ version: 1, destinations });
    },
  };
}

function destinationId({ endpoint, region, bucket }: Destination): string {
  return `${endpoint ?? `aws:${region}`}/${bucket}`;
}
