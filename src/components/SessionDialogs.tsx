import { useState, type ReactNode } from 'react';
import type { OtherFiles } from '../shared/otherFiles';
import type { SessionListItem } from '../shared/session';
import type { BucketCheck } from '../shared/upload';
import { DeleteQuestion } from './DeleteQuestion';
import { ExportWithoutQuestion } from './ExportWithoutQuestion';
import type { Place } from './format';
import { ReplaceQuestion } from './ReplaceQuestion';
import { AskDialog } from './ui/AskDialog';

/** What a row's dialogs ask for, each with the session's id. */
export type DialogCallbacks = {
  /** Whether the bucket still holds what was uploaded. Never rejects. */
  askBucket: (sessionId: string) => Promise<BucketCheck>;
  /** @param named files that are not the app's and that the user agreed to lose */
  remove: (sessionId: string, named?: OtherFiles) => void;
  replace: (sessionId: string) => void;
  /** The question whether to replace was answered with no. */
  keepUploaded: (sessionId: string) => void;
  exportWithout: (sessionId: string) => void;
};

type SessionDialogsProps = {
  item: SessionListItem;
  name: string;
  place?: Place;
  commands: DialogCallbacks;
  /** An upload was refused because it would replace what the bucket holds. */
  wouldReplace: boolean;
  /** Gets what opens the dialogs that a button of the row asks for. */
  children: (ask: { deletion: () => void; exportWithout: () => void }) => ReactNode;
};

/** The questions that a row asks before something can be lost. */
export function SessionDialogs({ item, name, place, commands, wouldReplace, children }: SessionDialogsProps) {
  const [asking, setAsking] = useState<'deletion' | 'exportWithout'>();
  const { sessionId } = item;
  const close = () => setAsking(undefined);
  const about = { item, sessionName: name, place, onCheck: () => commands.askBucket(sessionId) };
  return (
    <>
      {children({
        deletion: () => setAsking('deletion'),
        exportWithout: () => setAsking('exportWithout'),
      })}
      <AskDialog open={asking === 'deletion'} onClose={close}>
        <DeleteQuestion
          {...about}
          open={asking === 'deletion'}
          onDelete={(named) => {
            close();
            commands.remove(sessionId, named);
          }}
        />
      </AskDialog>
      <AskDialog open={asking === 'exportWithout'} onClose={close}>
        <ExportWithoutQuestion
          sessionName={name}
          why={item.problem?.message ?? ''}
          onExport={() => commands.exportWithout(sessionId)}
        />
      </AskDialog>
      <AskDialog open={wouldReplace} onClose={() => commands.keepUploaded(sessionId)}>
        <ReplaceQuestion {...about} onReplace={() => commands.replace(sessionId)} />
      </AskDialog>
    </>
  );
}
