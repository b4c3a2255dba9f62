import type { SessionListItem } from '../shared/session';
import type { BucketCheck } from '../shared/upload';
import { askReplacement } from './bucketText';
import type { Place } from './format';
import { AskContent, AskDialog } from './ui/AskDialog';
import { useBucketAnswer } from './useBucketAnswer';

type ReplaceDialogProps = {
  open: boolean;
  item: SessionListItem;
  sessionName: string;
  place?: Place;
  onCheck: () => Promise<BucketCheck>;
  onClose: () => void;
  onReplace: () => void;
};

/** Asks before a bundle takes the place of one that the bucket holds. */
export function ReplaceDialog({ open, onClose, ...rest }: ReplaceDialogProps) {
  return (
    <AskDialog open={open} onClose={onClose}>
      <ReplaceContent {...rest} />
    </AskDialog>
  );
}

function ReplaceContent(props: Omit<ReplaceDialogProps, 'open' | 'onClose'>) {
  const { item, sessionName, place, onCheck, onReplace } = props;
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
