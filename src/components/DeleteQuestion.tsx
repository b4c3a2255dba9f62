import { useEffect, useEffectEvent, useState } from 'react';
import type { OtherFiles } from '../shared/otherFiles';
import type { BucketCheck } from '../shared/upload';
import { askDeletion } from './bucketText';
import { AskContent, Consent } from './ui/AskDialog';
import { useBucketAnswer, type BucketQuestionProps } from './useBucketAnswer';

type DeleteQuestionProps = BucketQuestionProps & {
  /** False once the user answered no. */
  open: boolean;
  /** @param named the files that the dialog named */
  onDelete: (named?: OtherFiles) => void;
};

/**
 * Asks the bucket, then the user, before files are removed. Deleting what may be the only copy needs an explicit
 * consent. A yes that relies on the bucket is valid only if the bucket repeats its answer: the dialog may have been
 * open for hours.
 */
export function DeleteQuestion(props: DeleteQuestionProps) {
  const { item, sessionName, place, open, onCheck, onDelete } = props;
  // A yes covers only the files that the dialog named, not files added since.
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
        // The dialog can still be clicked while it closes.
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

/** Whether the bucket still holds the object that the dialog described. */
function isStillSo(before: BucketCheck, now: BucketCheck): boolean {
  return now.found === 'same' && now.bundleChanged === before.bundleChanged;
}
