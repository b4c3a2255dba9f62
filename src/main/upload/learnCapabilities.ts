import type { UploadConfig } from '../types';
import { whole, type Capabilities, type CapabilityMemory, type Findings } from './capabilities';
import { deleteProbe, probeCapabilities, refusesFeature, type Probe } from './probe';
import { Unverifiable } from './transfer';

type Learning = { memory: CapabilityMemory; config: UploadConfig; probe: Probe };

/** What the destination can do: as remembered, or found out now. What was found out before a failure stays known. */
export async function findCapabilities(learning: Learning): Promise<Capabilities> {
  const known = (await learning.memory.recall(learning.config)) ?? {};
  const found = await clearProbe(learning, known);
  return whole(found) ?? probeFrom(learning, found);
}

/** Deletes the probe that an earlier attempt had to leave; where that fails again it is left for the next one. */
async function clearProbe({ memory, config, probe }: Learning, findings: Findings): Promise<Findings> {
  const { probeLeft, ...rest } = findings;
  if (probeLeft === undefined) return findings;
  try {
    await deleteProbe({ ...probe, key: probeLeft });
  } catch {
    // The upload itself meets the same trouble, and tells of it.
    return findings;
  }
  await memory.remember(config, rest);
  return rest;
}

async function probeFrom({ memory, config, probe }: Learning, known: Findings): Promise<Capabilities> {
  let findings = known;
  const note = async (found: Findings) => {
    findings = { ...findings, ...found };
    await memory.remember(config, findings);
  };
  const { capabilities } = await probeCapabilities(probe, findings, note);
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
export async function learnAgain(learning: Learning, error: unknown): Promise<boolean> {
  const { memory, config } = learning;
  const before = await memory.recall(config);
  const found = await probeFrom(learning, {});
  // It keeps checksums of the small probe and yet told none of the bundle: what remains is its MD5.
  const useless = error instanceof Unverifiable && error.checksumAlgorithm === found.checksumAlgorithm;
  const now: Capabilities = useless ? { ...found, checksumAlgorithm: 'MD5' } : found;
  if (useless) await memory.remember(config, now);
  if (error instanceof Unverifiable) return error.checksumAlgorithm !== now.checksumAlgorithm;
  return (
    before?.checksumAlgorithm !== now.checksumAlgorithm || before.conditionalWrites !== now.conditionalWrites
  );
}
