import { useEffect, useEffectEvent, useState } from 'react';
import type { OtherFiles } from '../shared/otherFiles';
import type { BucketCheck } from '../shared/upload';
import { askDeletion } from './bucketText';
import { AskContent, Consent } from './ui/AskDialog';
import { useBucketAnswer, type BucketQuestionProps } from './useBucketAnswer';

type DeleteQuestionProps = BucketQuestionProps & {
  /** False from the moment that it was answered with no. */
  open: boolean;
  /** @param named the files that the question named */
  onDelete: (named?: OtherFiles) => void;
};

/**
 * Asks before files are removed, having asked the bucket. What may be the only copy needs a deliberate yes. A yes that
 * counts on the bucket holds only if the bucket says the same once more: it may be hours since the question came up.
 */
export function DeleteQuestion(props: DeleteQuestionProps) {
  const { item, sessionName, place, open, onCheck, onDelete } = props;
  // A yes counts for the files that were named with it, not for one that came since.
  const others = item.otherFiles ? JSON.stringify(item.otherFiles) : '';
  const [agreedTo, setAgreedTo] = useState<string>();
  const understood = agreedTo === others;
  const setUnderstood = (yes: boolean) => setAgreedTo(yes ? others : undefined);
  const wasUploaded = item.uploaded !== undefined || item.location !== undefined;
  const first = useBucketAnswer(wasUploaded ? onCheck : undefined);
  const [again, setAgain] = useState<{ before: BucketCheck; now?: BucketCheck }>();
  const isAsking = again !== undefined && again.now === undefined;
  const answer = again?.now ?? again?.before ?? first;
  const { title, text, needsConsent } = askDeletion(item, answer ?? 'asking', place);
  const confirm = (before: BucketCheck) => {
    setAgain({ before });
    void onCheck().then((now) => {
      if (!isStillSo(before, now)) setUnderstood(false);
      setAgain({ before, now });
    });
  };
  const onAnswered = useEffectEvent(() => {
    const isAgreed = open && (!needsConsent || understood);
    if (isAgreed && again?.now && isStillSo(again.before, again.now)) onDelete(item.otherFiles);
  });
  useEffect(() => onAnswered(), [again]);
  return (
    <AskContent
      title={title}
      name={sessionName}
      consent={
        needsConsent && (
          <Consent
            label="I understand that this cannot be undone."
            checked={understood}
            onChange={setUnderstood}
          />
        )
      }
      no="Keep it"
      yes="Delete"
      danger
      disabled={isAsking || (needsConsent && !understood)}
      busy={isAsking}
      stays
      onYes={() => {
        // While it closes it can still be clicked.
        if (!open) return;
        if (answer?.found === 'same') confirm(answer);
        else onDelete(item.otherFiles);
      }}
    >
      <p aria-live="polite" className="whitespace-pre-line">
        {isAsking ? 'Checking the bucket once more…' : text}
      </p>
    </AskContent>
  );
}

/** Whether the bucket still holds what the question said it does. */
function isStillSo(before: BucketCheck, now: BucketCheck): boolean {
  return now.found === 'same' && now.bundleChanged === before.bundleChanged;
}
