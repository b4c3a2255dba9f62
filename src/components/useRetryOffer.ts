import { useState } from 'react';
import type { SessionListItem } from '../shared/session';
import { failedForSettings } from './sessionRules';

/** The offer, after a change of the settings, to retry the uploads that failed with the previous ones. */
export type RetryOffer = {
  /** The ids of the sessions in the offer whose uploads are still failed. */
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
