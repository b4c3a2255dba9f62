import { useState } from 'react';
import type { SessionListItem } from '../shared/session';
import type { BucketCheck } from '../shared/upload';
import { askDeletion } from './bucketText';
import type { Place } from './format';
import { AskContent, AskDialog, Consent } from './ui/AskDialog';
import { useBucketAnswer } from './useBucketAnswer';

type DeleteDialogProps = {
  open: boolean;
  item: SessionListItem;
  sessionName: string;
  place?: Place;
  /** Asks the bucket; it has seconds to answer, and no answer keeps nobody from deleting. */
  onCheck: () => Promise<BucketCheck>;
  onClose: () => void;
  onDelete: () => void;
};

/** Asks before files are removed, having asked the bucket. What may be the only copy needs a deliberate yes. */
export function DeleteDialog({ open, onClose, ...rest }: DeleteDialogProps) {
  return (
    <AskDialog open={open} onClose={onClose}>
      <DeleteContent {...rest} />
    </AskDialog>
  );
}

function DeleteContent(props: Omit<DeleteDialogProps, 'open' | 'onClose'>) {
  const { item, sessionName, place, onCheck, onDelete } = props;
  const [understood, setUnderstood] = useState(false);
  const wasUploaded = item.uploaded !== undefined || item.location !== undefined;
  const answer = useBucketAnswer(wasUploaded ? onCheck : undefined);
  const { title, text, needsConsent } = askDeletion(item, answer ?? 'asking', place);
  return (
    <AskContent
      title={title}
      name={sessionName}
      consent={
        needsConsent && (
          <Consent
            label="I understand that it cannot be brought back."
            checked={understood}
            onChange={setUnderstood}
          />
        )
      }
      no="Keep it"
      yes="Delete"
      danger
      disabled={needsConsent && !understood}
      onYes={onDelete}
    >
      <p aria-live="polite">{text}</p>
    </AskContent>
  );
}
