import { askReplacement } from './bucketText';
import { AskContent } from './ui/AskDialog';
import { useBucketAnswer, type BucketQuestionProps } from './useBucketAnswer';

type ReplaceQuestionProps = BucketQuestionProps & { onReplace: () => void };

/** Asks before an upload replaces a bundle in the bucket. */
export function ReplaceQuestion({ item, sessionName, place, onCheck, onReplace }: ReplaceQuestionProps) {
  const answer = useBucketAnswer(onCheck);
  const { text, lacks, yes } = askReplacement(item, answer ?? 'asking', place);
  return (
    <AskContent
      title="Replace what is in the bucket?"
      name={sessionName}
      no="Leave the bucket as it is"
      yes={yes}
      onYes={onReplace}
    >
      <p aria-live="polite">{text}</p>
      {lacks && <p className="font-medium text-warn">{lacks}</p>}
    </AskContent>
  );
}
