import { CloudUpload, Pause, Play } from 'lucide-react';
import { useLayoutEffect, useRef, useState } from 'react';
import type { ListCounts } from './sessionRules';
import { Button } from './ui/Button';
import { Spinner } from './ui/Spinner';

/** What concerns every session at once. */
export type ListCallbacks = {
  /** Resolves when all are queued, or the refusal was told. */
  uploadAll: () => Promise<void>;
  retryAll: (sessionIds: readonly string[]) => void;
  pauseAll: () => void;
  resumeAll: () => void;
};

type ListActionsProps = {
  counts: ListCounts;
  /** Whether uploads have somewhere to go. */
  canUpload: boolean;
  commands: ListCallbacks;
  /** The button with the focus has gone, since its work is done. */
  onFocusLost: () => void;
};

/** The buttons for all sessions; each is there only while it would do something. */
export function ListActions({ counts, canUpload, commands, onFocusLost }: ListActionsProps) {
  const [queueing, setQueueing] = useState(false);
  const pressed = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    if (!pressed.current || pressed.current.isConnected) return;
    pressed.current = null;
    if (document.activeElement === document.body) onFocusLost();
  });
  const uploadAll = () => {
    setQueueing(true);
    void commands.uploadAll().then(() => setQueueing(false));
  };
  return (
    <div
      className="contents"
      onClick={({ target }) => {
        pressed.current = (target as HTMLElement).closest('button');
      }}
    >
      {((canUpload && counts.uploadable > 1) || queueing) && (
        <Button size="small" disabled={queueing} focusableWhenDisabled onClick={uploadAll}>
          {queueing ? <Spinner /> : <CloudUpload aria-hidden />}
          Upload all
        </Button>
      )}
      {counts.pausable > 0 && (
        <Button size="small" onClick={commands.pauseAll}>
          <Pause aria-hidden />
          Pause all
        </Button>
      )}
      {counts.paused > 0 && (
        <Button size="small" onClick={commands.resumeAll}>
          <Play aria-hidden />
          Resume all
        </Button>
      )}
    </div>
  );
}
