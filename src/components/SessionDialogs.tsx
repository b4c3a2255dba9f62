import { useState, type ReactNode } from 'react';
import type { OtherFiles } from '../shared/otherFiles';
import type { SessionListItem } from '../shared/session';
import type { BucketCheck } from '../shared/upload';
import { DeleteQuestion } from './DeleteQuestion';
import { ExportWithoutQuestion } from './ExportWithoutQuestion';
import type { Place } from './format';
import { ReplaceQuestion } from './ReplaceQuestion';
import { AskDialog } from './ui/AskDialog';

/** The commands of a row's dialogs, each with the session's id. */
export type DialogCallbacks = {
  /** Whether the bucket still holds the upload. Never rejects. */
  askBucket: (sessionId: string) => Promise<BucketCheck>;
  /** @param named files not made by the app that the user agreed to delete */
  remove: (sessionId: string, named?: OtherFiles) => void;
  replace: (sessionId: string) => void;
  /** The user answered no to replacing the object. */
  keepUploaded: (sessionId: string) => void;
  exportWithout: (sessionId: string) => void;
};

type SessionDialogsProps = {
  item: SessionListItem;
  name: string;
  place?: Place;
  commands: DialogCallbacks;
  /** An upload was refused because it would replace an object in the bucket. */
  wouldReplace: boolean;
  /** Receives the functions that open the row's dialogs. */
  children: (ask: { deletion: () => void; exportWithout: () => void }) => ReactNode;
};

/** A row's dialogs before an action that may lose data. */
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
