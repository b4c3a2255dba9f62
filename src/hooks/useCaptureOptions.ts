import { useCallback, useEffect, useState } from 'react';
import type { AppError, Reply } from '../shared/appError';
import type { CaptureOptions } from '../shared/recording';
import { callBridge } from './callBridge';

export type CaptureChoices = {
  /** Absent until main has answered once; kept during later requests. */
  options?: CaptureOptions;
  loading: boolean;
  loadError?: AppError;
  refresh: () => void;
};

type Answer = Pick<CaptureChoices, 'options' | 'loading' | 'loadError'>;

const askMain = () => callBridge((call) => call.getCaptureOptions());

/** The sources that can be recorded now, with thumbnails. */
export function useCaptureOptions(): CaptureChoices {
  const [answer, setAnswer] = useState<Answer>({ loading: true });

  const take = useCallback((reply: Reply<CaptureOptions>) => {
    setAnswer((now) =>
      reply.ok
        ? { loading: false, options: reply.value }
        : { loading: false, options: now.options, loadError: reply.error },
    );
  }, []);
  useEffect(() => void askMain().then(take), [take]);

  const refresh = () => {
    setAnswer((now) => ({ ...now, loading: true }));
    void askMain().then(take);
  };
  return { ...answer, refresh };
}
