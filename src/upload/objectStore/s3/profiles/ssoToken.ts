import { externalDataInterceptor, getSSOTokenFromFile } from '@smithy/core/config';
import type { Section } from './profileSections';

const AN_HOUR_MS = 3_600_000;

/** Makes the SDK treat a sign-in token as not expired, so that it asks AWS. */
export async function withUnendingToken<T>(chain: readonly Section[], use: () => Promise<T>): Promise<T> {
  const source = chain.at(-1);
  const id = source?.sso_session ?? source?.sso_start_url;
  const token = id === undefined ? null : await getSSOTokenFromFile(id).catch(() => null);
  if (id === undefined || token === null) return use();
  externalDataInterceptor.interceptToken(id, {
    ...token,
    // The SDK compares it with the system's own clock.
    expiresAt: new Date(Date.now() + AN_HOUR_MS).toISOString(),
  });
  try {
    return await use();
  } finally {
    // Other profiles, and later calls, read the file again.
    delete externalDataInterceptor.getTokenRecord()[id];
  }
}
