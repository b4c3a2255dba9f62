import { useEffect, useEffectEvent, useState } from 'react';
import type { SessionListItem } from '../shared/session';
import type { BucketCheck } from '../shared/upload';
import type { Place } from './format';

/** What a question needs whose words depend on what the bucket holds. */
export type BucketQuestionProps = {
  item: SessionListItem;
  sessionName: string;
  place?: Place;
  /** Asks the bucket; it has seconds to answer, and no answer keeps nobody from going on. */
  onCheck: () => Promise<BucketCheck>;
};

/** Asks the bucket once, when it is first drawn; undefined until the answer has come. */
export function useBucketAnswer(ask: (() => Promise<BucketCheck>) | undefined): BucketCheck | undefined {
  const [answer, setAnswer] = useState<BucketCheck>();
  const onShown = useEffectEvent(() => ask?.().then(setAnswer));
  useEffect(() => void onShown(), []);
  return answer;
}
