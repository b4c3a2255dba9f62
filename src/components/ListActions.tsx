import { CloudUpload, Pause, Play } from 'lucide-react';
import { useState } from 'react';
import type { ListCounts } from './sessionRules';
import { Button } from './ui/Button';
import { Spinner } from './ui/Spinner';

/** Commands for all sessions. */
export type ListCallbacks = {
  /** Resolves when all are queued or the refusal was shown. */
  uploadAll: () => Promise<void>;
  retryAll: (sessionIds: readonly string[]) => void;
  pauseAll: () => void;
  resumeAll: () => void;
};

type ListActionsProps = {
  counts: ListCounts;
  /** Whether an upload destination is configured. */
  canUpload: boolean;
  commands: ListCallbacks;
};

/** The buttons for all sessions; each is shown only while it has an effect. */
export function ListActions({ counts, canUpload, commands }: ListActionsProps) {
  const [queueing, setQueueing] = useState(false);
  const uploadAll = () => {
    setQueueing(true);
    void commands.uploadAll().then(() => setQueueing(false));
  };
  return (
    <>
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
    </>
  );
}
