import type { UploadConfig } from '../types';
import type { Capabilities, CapabilityMemory } from './capabilities';
import { probeCapabilities, refusesFeature, type Probe } from './probe';
import { Unverifiable } from './transfer';

type Learning = { memory: CapabilityMemory; config: UploadConfig; probe: Probe };

/** What the destination can do: as remembered, or found out now. */
export async function findCapabilities({ memory, config, probe }: Learning): Promise<Capabilities> {
  const known = await memory.recall(config);
  if (known) return known;
  const { capabilities } = await probeCapabilities(probe);
  await memory.remember(config, capabilities);
  return capabilities;
}

/** Whether a failure may mean no more than that the destination changed since it was probed. */
export function speaksOfCapabilities(error: unknown): boolean {
  return error instanceof Unverifiable || refusesFeature(error);
}

/**
 * Probes a destination again after such a failure.
 * @returns whether it was found different, so that another attempt can go otherwise
 */
export async function learnAgain({ memory, config, probe }: Learning, error: unknown): Promise<boolean> {
  const before = await memory.recall(config);
  const { capabilities: found } = await probeCapabilities(probe);
  // It keeps checksums of the small probe and yet told none of the bundle: what remains is its MD5.
  const useless = error instanceof Unverifiable && error.checksumAlgorithm === found.checksumAlgorithm;
  const now: Capabilities = useless ? { ...found, checksumAlgorithm: 'MD5' } : found;
  await memory.remember(config, now);
  if (error instanceof Unverifiable) return error.checksumAlgorithm !== now.checksumAlgorithm;
  return (
    before?.checksumAlgorithm !== now.checksumAlgorithm || before.conditionalWrites !== now.conditionalWrites
  );
}
