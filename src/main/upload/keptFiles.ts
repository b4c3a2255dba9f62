import path from 'node:path';
import type { JsonFileContext, Quarantined } from '../lib/jsonFile';
import { Remembered } from '../lib/remembered';
import type { Clock, Random } from '../types';
import { createCapabilityMemory, type CapabilityMemory } from './capabilities';
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

/** What the upload system keeps beside the sessions and can do without; what is wrong with a file is reported. */
export function openKeptFiles(
  parts: Reporting & { clock: Clock; random: Random; userDataDir: string },
): KeptFiles {
  const { clock, random, userDataDir } = parts;
  const files = { clock, onQuarantine: (damaged: Quarantined) => reportQuarantined(parts, damaged) };
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
