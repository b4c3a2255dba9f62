import { useState } from 'react';
import { askDeletion } from './bucketText';
import { AskContent, Consent } from './ui/AskDialog';
import { useBucketAnswer, type BucketQuestionProps } from './useBucketAnswer';

type DeleteQuestionProps = BucketQuestionProps & { onDelete: () => void };

/** Asks before files are removed, having asked the bucket. What may be the only copy needs a deliberate yes. */
export function DeleteQuestion({ item, sessionName, place, onCheck, onDelete }: DeleteQuestionProps) {
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
