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

/** No server wants the last part to be larger. */
const SMALLEST_PART_BYTES = 1;

/** What is remembered of the destination, where that is all of it and nothing has to be tried again. */
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
  const capabilities = whole(found);
  if (!capabilities) return probeWith(learning, noting(learning, found), found);
  return isDue(capabilities, learning.now()) ? renewed(learning, capabilities) : capabilities;
}

function isDue(known: Capabilities, now: number): boolean {
  return lacksSomething(known) && !isRecent(known.foundAtMs, now);
}

/** Whether a server can do more than this one was found to. What it can do shows by itself when it no longer can. */
function lacksSomething(known: Capabilities): boolean {
  const { checksumAlgorithm, conditionalWrites, conditionalReplaces, listParts } = known;
  return checksumAlgorithm !== 'CRC32' || !conditionalWrites || !conditionalReplaces || listParts === false;
}

/** Tries again what a bucket lacked some days ago. A failure changes nothing about what is known. */
async function renewed(learning: Learning, known: Capabilities): Promise<Capabilities> {
  try {
    return (await testDestination(learning, SMALLEST_PART_BYTES)).capabilities;
  } catch (error) {
    const isFinal = error instanceof ObjectStoreError && error.verdict === 'needs-user';
    const { probeLeft } = (await learning.memory.recall(learning.config)) ?? {};
    // The next upload would fail at it again; the one after some days may not.
    if (isFinal)
      await learning.memory.remember(learning.config, { ...known, probeLeft, foundAtMs: learning.now() });
    return known;
  }
}

/** Has what a destination lacked tried again with the next upload. */
export async function doubtFindings({
  memory,
  config,
}: Pick<Learning, 'memory'> & { config: Place }): Promise<void> {
  const known = await memory.recall(config);
  if (known?.foundAtMs !== undefined) await memory.remember(config, { ...known, foundAtMs: undefined });
}

/**
 * Deletes the probe that an earlier attempt had to leave. One that may not be deleted stays remembered.
 * @throws ObjectStoreError where the server cannot delete now
 */
async function clearProbe({ memory, config, probe }: Learning, findings: Findings): Promise<Findings> {
  const { probeLeft, ...rest } = findings;
  if (probeLeft === undefined || !(await deleteProbe({ ...probe, key: probeLeft }))) return findings;
  await memory.remember(config, rest);
  return rest;
}

/** Adds to what is known. One probe is remembered: while an earlier one stays in the bucket, that one. */
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
 * Tries all that an upload does, whatever is remembered. What was found out counts once everything works.
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

/** Whether a failure may mean no more than that the destination changed since it was probed. */
export function isCapabilityError(error: unknown): boolean {
  return error instanceof Unverifiable || refusesFeature(error);
}

/**
 * Probes a destination again after such a failure.
 * @returns whether it was found different, so that another attempt can go otherwise
 */
export async function reprobe(learning: Learning, error: unknown): Promise<boolean> {
  const before = (await learning.memory.recall(learning.config)) ?? {};
  const { probeLeft } = await clearProbe(learning, before);
  const note = noting(learning, { probeLeft });
  const found = await probeWith(learning, note, {});
  // It keeps checksums of the small probe and yet told none of the bundle: what remains is its MD5.
  const useless = error instanceof Unverifiable && error.checksumAlgorithm === found.checksumAlgorithm;
  const now: Capabilities = useless ? { ...found, checksumAlgorithm: 'MD5' } : found;
  if (useless) await note(now);
  if (error instanceof Unverifiable) return error.checksumAlgorithm !== now.checksumAlgorithm;
  return (['checksumAlgorithm', 'conditionalWrites', 'conditionalReplaces'] as const).some(
    (ability) => before[ability] !== undefined && before[ability] !== now[ability],
  );
}
