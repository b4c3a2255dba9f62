import type { AwsProfileView } from '../../../../shared/upload';
import { profileFilesUnreadable } from './profileFailures';
import type { Environment } from '../proxy/proxyServer';
import { profileFiles, readProfiles } from './profileFiles';
import { kindOf } from './profileSections';

/** The profiles in AWS's two files, by name. @throws ObjectStoreError `ProfilesUnreadable` */
export async function listProfiles(env: Environment): Promise<AwsProfileView[]> {
  const { profiles } = await readProfiles(profileFiles(env)).catch((error: unknown) => {
    throw profileFilesUnreadable(error);
  });
  return [...profiles]
    .map(([name, section]) => ({ name, kind: kindOf(section), region: section.region }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
