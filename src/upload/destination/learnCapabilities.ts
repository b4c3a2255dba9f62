import { isRecent } from '../../lib/findingAge';
import { ObjectStoreError } from '../objectStore/objectStore';
import type { UploadConfig } from '../../shared/upload';
import { whole, type Capabilities, type Findings } from '../objectStore/capabilities';
import { type CapabilityMemory } from './capabilityMemory';
import {
  deleteProbe,
  probeCapabilities,
  probeReadAndMultipart,
  refusesFeature,
  type NoteFinding,
  type Probe,
} from './probe';
import { Unverifiable } from '../transfer/transfer';

type Learning = {
  memory: CapabilityMemory;
  config: UploadConfig;
  probe: Probe;
  /** Epoch milliseconds. */
  now: () => number;
};

type Place = Parameters<CapabilityMemory['recall']>[0];

/** Servers have no minimum size for the last part. */
const SMALLEST_PART_BYTES = 1;

/** The remembered capabilities, if they are complete and nothing has to be tried again. */
export async function recallCapabilities({
  memory,
  config,
  now,
}: Pick<Learning, 'memory' | 'config' | 'now'>): Promise<Capabilities | null> {
  const known = await memory.recall(config);
  if (!known || known.probeLeft !== undefined) return null;
  const capabilities = whole(known);
  return capabilities && !isDue(capabilities, now()) ? capabilities : null;
}

/** The capabilities of the destination, remembered or found now. Findings made before a failure are kept. */
export async function findCapabilities(learning: Learning): Promise<Capabilities> {
  const known = (await learning.memory.recall(learning.config)) ?? {};
  let found: Findings;
  try {
    found = await clearProbe(learning, known);
  } catch (error) {
    const capabilities = whole(known);
    if (!capabilities) throw error;
    // The upload itself will meet the same error and report it.
    return capabilities;
  }
  const capabilities = whole(found);
  if (!capabilities) return probeWith(learning, noting(learning, found), found);
  return isDue(capabilities, learning.now()) ? renewed(learning, capabilities) : capabilities;
}

function isDue(known: Capabilities, now: number): boolean {
  return lacksSomething(known) && !isRecent(known.foundAtMs, now);
}

/** Whether the server may be able to do more than was found. Lost capabilities show up as failed requests. */
function lacksSomething(known: Capabilities): boolean {
  const { checksumAlgorithm, conditionalWrites, conditionalReplaces, listParts } = known;
  return checksumAlgorithm !== 'CRC32' || !conditionalWrites || !conditionalReplaces || listParts === false;
}

/** Tries again what the bucket lacked some days ago. A failure leaves the findings unchanged. */
async function renewed(learning: Learning, known: Capabilities): Promise<Capabilities> {
  try {
    return (await testDestination(learning, SMALLEST_PART_BYTES)).capabilities;
  } catch (error) {
    const isFinal = error instanceof ObjectStoreError && error.verdict === 'needs-user';
    const { probeLeft } = (await learning.memory.recall(learning.config)) ?? {};
    // The next upload would fail again; a retry in some days may succeed.
    if (isFinal)
      await learning.memory.remember(learning.config, { ...known, probeLeft, foundAtMs: learning.now() });
    return known;
  }
}

/** Makes the next upload try again what the destination lacked. */
export async function doubtFindings({
  memory,
  config,
}: Pick<Learning, 'memory'> & { config: Place }): Promise<void> {
  const known = await memory.recall(config);
  if (known?.foundAtMs !== undefined) await memory.remember(config, { ...known, foundAtMs: undefined });
}

/**
 * Deletes a probe that an earlier attempt left. If deleting is not allowed, the probe stays remembered.
 * @throws ObjectStoreError if the server cannot delete now
 */
async function clearProbe({ memory, config, probe }: Learning, findings: Findings): Promise<Findings> {
  const { probeLeft, ...rest } = findings;
  if (probeLeft === undefined || !(await deleteProbe({ ...probe, key: probeLeft }))) return findings;
  await memory.remember(config, rest);
  return rest;
}

/** Adds to the findings. Only one leftover probe is remembered: the oldest one that is still in the bucket. */
function noting({ memory, config, probe, now }: Learning, known: Findings): NoteFinding {
  let findings = known;
  const holdsOther = known.probeLeft !== undefined && known.probeLeft !== probe.key;
  return async (found) => {
    const isAbility = Object.keys(found).some((name) => name !== 'probeLeft');
    findings = {
      ...findings,
      ...found,
      ...(isAbility && { foundAtMs: now() }),
      ...(holdsOther && { probeLeft: known.probeLeft }),
    };
    await memory.remember(config, findings);
  };
}

async function probeWith({ probe }: Learning, note: NoteFinding, known: Findings): Promise<Capabilities> {
  return (await probeCapabilities(probe, known, note)).capabilities;
}

/**
 * Tries everything that an upload does, regardless of the findings. New findings are saved once everything works.
 * @throws ObjectStoreError
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
  return { capabilities, ...found };
}

/** Whether a failure may only mean that the destination changed since the probe. */
export function isCapabilityError(error: unknown): boolean {
  return error instanceof Unverifiable || refusesFeature(error);
}

/**
 * Probes a destination again after such a failure.
 * @returns whether the findings changed, so that another attempt may succeed
 */
export async function reprobe(learning: Learning, error: unknown): Promise<boolean> {
  const before = (await learning.memory.recall(learning.config)) ?? {};
  const { probeLeft } = await clearProbe(learning, before);
  const note = noting(learning, { probeLeft });
  const found = await probeWith(learning, note, {});
  // The server keeps checksums of the small probe but returned none for the bundle: fall back to MD5.
  const useless = error instanceof Unverifiable && error.checksumAlgorithm === found.checksumAlgorithm;
  const now: Capabilities = useless ? { ...found, checksumAlgorithm: 'MD5' } : found;
  if (useless) await note(now);
  if (error instanceof Unverifiable) return error.checksumAlgorithm !== now.checksumAlgorithm;
  return (['checksumAlgorithm', 'conditionalWrites', 'conditionalReplaces'] as const).some(
    (ability) => before[ability] !== undefined && before[ability] !== now[ability],
  );
}
