import { ArrowLeft } from 'lucide-react';
import { useLayoutEffect, useRef, type ReactNode } from 'react';
import type { Playback } from '../../shared/playback/playback';
import { ErrorBoundary } from '../ErrorBoundary';
import { ErrorText } from '../ErrorText';
import { formatDateTime, formatLength } from '../format';
import { Button } from '../ui/Button';
import { Callout } from '../ui/Callout';
import { Spinner } from '../ui/Spinner';
import { OpenedPlayer } from './OpenedPlayer';
import type { PlayerViewProps } from './playerProps';

/** Plays one session. */
export function PlayerView(props: PlayerViewProps) {
  const { createdAt, place, playback, loadError, onRetry, onClose } = props;
  // The player takes the focus on mount: on a button, Space would press the button instead of playing.
  const player = useRef<HTMLElement>(null);
  useLayoutEffect(() => player.current?.focus(), []);
  return (
    <section
      ref={player}
      data-focus-home
      tabIndex={-1}
      aria-label="Player"
      className="flex h-full flex-col gap-3 overflow-hidden px-5 pt-3 pb-4 outline-none"
    >
      <header className="flex shrink-0 items-center gap-3">
        <Button size="small" variant="quiet" onClick={onClose}>
          <ArrowLeft aria-hidden />
          Sessions
        </Button>
        <h2 className="line-clamp-2 min-w-0 text-base leading-tight font-semibold">
          {createdAt === undefined ? 'Session' : formatDateTime(createdAt, place)}
        </h2>
        {playback && (
          <p className="shrink-0 text-xs text-soft tabular-nums max-[559px]:hidden">{lengthOf(playback)}</p>
        )}
      </header>
      {playback ? (
        <ErrorBoundary what="This session" shown={playback}>
          <OpenedPlayer key={playback.sessionId} {...props} playback={playback} />
        </ErrorBoundary>
      ) : loadError ? (
        <Callout
          tone="error"
          role="alert"
          aside={
            <Button size="small" onClick={onRetry}>
              Try again
            </Button>
          }
        >
          <ErrorText error={loadError} />
        </Callout>
      ) : (
        <Waiting>Reading the session…</Waiting>
      )}
    </section>
  );
}

/** The same text as in the list. */
function lengthOf({ segments, durationUs }: Playback): string {
  const recordedUs = segments.reduce((sum, { fromUs, untilUs }) => sum + untilUs - fromUs, 0);
  return formatLength(recordedUs / 1000, durationUs / 1000);
}

function Waiting({ children }: { children: ReactNode }) {
  return (
    <p
      role="status"
      className="grid grow place-content-center justify-items-center gap-3 text-soft [&_svg]:size-6"
    >
      <Spinner />
      {children}
    </p>
  );
}
