import type { UploadConfig } from '../types';
import { whole, type Capabilities, type CapabilityMemory, type Findings } from './capabilities';
import {
  deleteProbe,
  probeCapabilities,
  probeReadAndMultipart,
  refusesFeature,
  type NoteFinding,
  type Probe,
} from './probe';
import { Unverifiable } from './transfer';

type Learning = { memory: CapabilityMemory; config: UploadConfig; probe: Probe };

/** What the destination can do: as remembered, or found out now. What was found out before a failure stays known. */
export async function findCapabilities(learning: Learning): Promise<Capabilities> {
  const known = (await learning.memory.recall(learning.config)) ?? {};
  let found: Findings;
  try {
    found = await clearProbe(learning, known);
  } catch (error) {
    const capabilities = whole(known);
    if (!capabilities) throw error;
    // The upload itself meets the same trouble, and tells of it.
    return capabilities;
  }
  return whole(found) ?? probeWith(learning, noting(learning, found), found);
}

/**
 * Deletes the probe that an earlier attempt had to leave. One that may not be deleted stays remembered.
 * @throws StoreFailure where the server cannot delete now
 */
async function clearProbe({ memory, config, probe }: Learning, findings: Findings): Promise<Findings> {
  const { probeLeft, ...rest } = findings;
  if (probeLeft === undefined || !(await deleteProbe({ ...probe, key: probeLeft }))) return findings;
  await memory.remember(config, rest);
  return rest;
}

/** Adds to what is known. One probe is remembered: while an earlier one stays in the bucket, that one. */
function noting({ memory, config, probe }: Learning, known: Findings): NoteFinding {
  let findings = known;
  const holdsOther = known.probeLeft !== undefined && known.probeLeft !== probe.key;
  return async (found) => {
    findings = { ...findings, ...found, ...(holdsOther && { probeLeft: known.probeLeft }) };
    await memory.remember(config, findings);
  };
}

async function probeWith({ probe }: Learning, note: NoteFinding, known: Findings): Promise<Capabilities> {
  return (await probeCapabilities(probe, known, note)).capabilities;
}

/**
 * Tries all that an upload does, whatever is remembered. What was found out counts once everything works.
 * @throws StoreFailure
 */
export async function testDestination(learning: Learning, partSizeBytes: number) {
  const { memory, config, probe } = learning;
  const known = await clearProbe(learning, (await memory.recall(config)) ?? {});
  const note = noting(learning, known);
  const noteProbe: NoteFinding = async (found) => {
    if ('probeLeft' in found) await note({ probeLeft: found.probeLeft });
  };
  const first = await probeCapabilities(probe, {}, noteProbe);
  const { capabilities, ...found } = await probeReadAndMultipart(
    probe,
    first.capabilities,
    partSizeBytes,
    noteProbe,
  );
  await note({ notKept: undefined, ...capabilities });
  return found;
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
  const before = (await learning.memory.recall(learning.config)) ?? {};
  const { probeLeft } = await clearProbe(learning, before);
  const note = noting(learning, { probeLeft });
  const found = await probeWith(learning, note, {});
  // It keeps checksums of the small probe and yet told none of the bundle: what remains is its MD5.
  const useless = error instanceof Unverifiable && error.checksumAlgorithm === found.checksumAlgorithm;
  const now: Capabilities = useless ? { ...found, checksumAlgorithm: 'MD5' } : found;
  if (useless) await note(now);
  if (error instanceof Unverifiable) return error.checksumAlgorithm !== now.checksumAlgorithm;
  return (
    before.checksumAlgorithm !== now.checksumAlgorithm || before.conditionalWrites !== now.conditionalWrites
  );
}
