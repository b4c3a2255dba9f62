import { useEffect, useEffectEvent, useState } from 'react';
import type { SessionListItem } from '../shared/session';
import type { BucketCheck } from '../shared/upload';
import type { Place } from './format';

/** The props of a dialog whose text depends on the bucket's answer. */
export type BucketQuestionProps = {
  item: SessionListItem;
  sessionName: string;
  place?: Place;
  /** Asks the bucket, for some seconds at most; without an answer the user can still continue. */
  onCheck: () => Promise<BucketCheck>;
};

/** Asks the bucket once, on mount; undefined until the answer arrives. */
export function useBucketAnswer(ask: (() => Promise<BucketCheck>) | undefined): BucketCheck | undefined {
  const [answer, setAnswer] = useState<BucketCheck>();
  const onShown = useEffectEvent(() => ask?.().then(setAnswer));
  useEffect(() => void onShown(), []);
  return answer;
}
