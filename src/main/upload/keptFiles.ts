import path from 'node:path';
import type { JsonFileContext, Quarantined } from '../lib/jsonFile';
import type { Clock } from '../types';
import { createCapabilityMemory, type CapabilityMemory } from './capabilities';
import { OrphanAborts } from './orphanAborts';
import { reportNewer, reportQuarantined, type Reporting } from './uploadReports';

type KeptFiles = {
  /** What every file of the upload system is read with. */
  files: JsonFileContext;
  inUserData: (name: string) => string;
  capabilities: CapabilityMemory;
  /** Opened when it is first asked for. */
  orphans: () => Promise<OrphanAborts>;
};

/** What the upload system keeps beside the sessions and can do without; what is wrong with a file is reported. */
export function openKeptFiles(parts: Reporting & { clock: Clock; userDataDir: string }): KeptFiles {
  const { clock, userDataDir } = parts;
  const files = { clock, onQuarantine: (damaged: Quarantined) => reportQuarantined(parts, damaged) };
  const inUserData = (name: string) => path.join(userDataDir, name);
  const capabilities = createCapabilityMemory(inUserData('upload-capabilities.json'), {
    ...files,
    onNewer: (error) => reportNewer(parts, 'findings', error),
  });
  let opened: Promise<OrphanAborts> | undefined;
  const openOrphans = () =>
    OrphanAborts.open(inUserData('pending-aborts.json'), {
      ...files,
      onNewer: (error) => reportNewer(parts, 'aborts', error),
    });
  return { files, inUserData, capabilities, orphans: () => (opened ??= openOrphans()) };
}
