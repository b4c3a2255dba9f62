import { useEffect, useEffectEvent, useState } from 'react';
import type { BucketCheck } from '../shared/upload';

/** Asks the bucket once, when it is first drawn; undefined until the answer has come. */
export function useBucketAnswer(ask: (() => Promise<BucketCheck>) | undefined): BucketCheck | undefined {
  const [answer, setAnswer] = useState<BucketCheck>();
  const onShown = useEffectEvent(() => ask?.().then(setAnswer));
  useEffect(() => void onShown(), []);
  return answer;
}
