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
  /** What every file of the upload system is read with. */
  files: JsonFileContext;
  inUserData: (name: string) => string;
  capabilities: CapabilityMemory;
  /** Tells our own upload states from those of others. */
  openSeal: () => Promise<OpenedSeal>;
  /** Opened when it is first asked for. */
  orphans: () => Promise<OrphanAborts>;
};

type KeptParts = Reporting & { clock: Clock; userDataDir: string };

const readingOf = (parts: KeptParts): JsonFileContext => ({
  clock: parts.clock,
  onQuarantine: (damaged: Quarantined) => reportQuarantined(parts, damaged),
});

/** What servers refuse, kept beside what buckets can do. */
export function openDialects(parts: KeptParts): DialectMemory {
  return createDialectMemory(path.join(parts.userDataDir, 'upload-dialects.json'), {
    ...readingOf(parts),
    onNewer: (error) => reportNewer(parts, 'findings', error),
  });
}

/** What the upload system keeps beside the sessions and can do without; what is wrong with a file is reported. */
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
