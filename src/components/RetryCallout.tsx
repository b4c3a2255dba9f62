import { X } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { formatCount } from './format';
import { Button, IconButton } from './ui/Button';
import { Callout } from './ui/Callout';
import type { RetryOffer } from './useRetryOffer';

type RetryCalloutProps = {
  offer: RetryOffer;
  onRetry: (sessionIds: readonly string[]) => void;
};

/**
 * Offers to retry uploads that failed with the settings before the last change; renders nothing without such uploads.
 */
export function RetryCallout({ offer, onRetry }: RetryCalloutProps) {
  const { sessionIds, withdraw } = offer;
  const isShown = sessionIds.length > 0;
  const shown = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (isShown) shown.current?.scrollIntoView({ block: 'nearest' });
  }, [isShown]);
  if (!isShown) return null;
  return (
    <div ref={shown} aria-live="polite">
      <Callout
        tone="info"
        aside={
          <div className="flex items-center gap-1.5">
            <Button
              size="small"
              onClick={() => {
                onRetry(sessionIds);
                withdraw();
              }}
            >
              Try again with the new settings
            </Button>
            <IconButton label="Dismiss" onClick={withdraw}>
              <X aria-hidden />
            </IconButton>
          </div>
        }
      >
        <p>{formatCount(sessionIds.length, 'upload', 'uploads')} failed with the previous settings.</p>
      </Callout>
    </div>
  );
}
