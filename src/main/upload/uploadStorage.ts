import path from 'node:path';
import type { JsonFileContext, Quarantined } from '../../lib/jsonFile';
import { Remembered } from '../../lib/remembered';
import { createDialectMemory, type DialectMemory } from '../../upload/objectStore/s3/dialect';
import type { Clock, Random } from '../../shared/runtime';
import { createCapabilityMemory, type CapabilityMemory } from '../../upload/destination/capabilityMemory';
import { OrphanAborts } from './orphanAborts';
import { stateUnreadable } from './stateFailures';
import { openStateSeal, type OpenedSeal } from './stateSeal';
import { reportNewer, reportQuarantined, type Reporting } from './uploadReports';

type KeptFiles = {
  /** The context in which all files of the upload system are read. */
  files: JsonFileContext;
  inUserData: (name: string) => string;
  capabilities: CapabilityMemory;
  /** Tells upload states of this installation from those of others. */
  openSeal: () => Promise<OpenedSeal>;
  /** Opened on first use. */
  orphans: () => Promise<OrphanAborts>;
};

type KeptParts = Reporting & { clock: Clock; userDataDir: string };

const readingOf = (parts: KeptParts): JsonFileContext => ({
  clock: parts.clock,
  onQuarantine: (damaged: Quarantined) => reportQuarantined(parts, damaged),
});

/** Requests that servers refuse, saved with the buckets' capabilities. */
export function openDialects(parts: KeptParts): DialectMemory {
  return createDialectMemory(path.join(parts.userDataDir, 'upload-dialects.json'), {
    ...readingOf(parts),
    onNewer: (error) => reportNewer(parts, 'findings', error),
  });
}

/** The dispensable files that the upload system keeps outside of the sessions; damage is reported. */
export function openKeptFiles(parts: KeptParts & { random: Random }): KeptFiles {
  const { random, userDataDir } = parts;
  const files = readingOf(parts);
  const inUserData = (name: string) => path.join(userDataDir, name);
  const capabilities = createCapabilityMemory(inUserData('upload-capabilities.json'), {
    ...files,
    onNewer: (error) => reportNewer(parts, 'findings', error),
  });
  const sealFile = inUserData('upload-seal.json');
  const openSeal = () =>
    openStateSeal(sealFile, { ...files, random }).catch((error: unknown) => {
      throw stateUnreadable(sealFile, error);
    });
  const orphans = new Remembered(() =>
    OrphanAborts.open(inUserData('pending-aborts.json'), {
      ...files,
      onNewer: (error) => reportNewer(parts, 'aborts', error),
    }),
  );
  return { files, inUserData, capabilities, openSeal, orphans: () => orphans.get() };
}
