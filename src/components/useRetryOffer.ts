import { useState } from 'react';
import type { SessionListItem } from '../shared/session';
import { failedForSettings } from './sessionRules';

/** The offer, after the settings were changed, to try again the uploads that failed with the previous ones. */
export type RetryOffer = {
  /** The uploads that it is about and that still stand as failed, by their sessions' ids. */
  sessionIds: readonly string[];
  make: () => void;
  withdraw: () => void;
};

export function useRetryOffer(sessions: readonly SessionListItem[]): RetryOffer {
  const [offered, setOffered] = useState<readonly string[]>([]);
  const failed = new Set(failedForSettings(sessions));
  return {
    sessionIds: offered.filter((id) => failed.has(id)),
    make: () => setOffered([...failed]),
    withdraw: () => setOffered([]),
  };
}
