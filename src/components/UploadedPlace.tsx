import { Copy, SearchCheck } from 'lucide-react';
import type { BucketCheck } from '../shared/upload';
import { describeCheck } from './bucketText';
import type { Place } from './format';
import { Button, IconButton } from './ui/Button';
import { cn } from './ui/cn';
import { Spinner } from './ui/Spinner';
import { describeCopied, hasEnded, isUntried, type Copied } from './uploadText';

type UploadedPlaceProps = {
  /** `s3://bucket/key`. */
  location: string;
  /** What of it was copied last. */
  copied?: Copied;
  /** What the bucket answered last, or why it could not be asked. */
  check?: Pick<BucketCheck, 'found' | 'checkedAt' | 'error'>;
  /** It is being asked. */
  checking: boolean;
  nowMs: number;
  /** Whether links are signed with credentials that end by themselves. */
  temporaryKeys: boolean;
  place?: Place;
  onCheck: () => void;
  onCopyPath: () => void;
};

/** Where an uploaded bundle lies, to be copied, and whether it still does. */
export function UploadedPlace(props: UploadedPlaceProps) {
  const { location, copied, check, checking, onCheck, onCopyPath, ...told } = props;
  const found = check?.found;
  const untried = isUntried(copied, told.nowMs, found);
  // The newer question, which failed, wins over an answer from before it.
  const answer = check && !untried ? describeCheck(check, told.place) : undefined;
  const isOver = hasEnded(copied, told.nowMs) || found === 'gone' || found === 'other';
  return (
    <div className="space-y-1">
      <div className="-mt-1.5 flex flex-wrap items-center gap-x-1.5">
        <p className="font-mono text-xs text-soft select-all break-anywhere">{location}</p>
        <IconButton label="Copy s3:// path" onClick={onCopyPath}>
          <Copy aria-hidden />
        </IconButton>
        <Button
          size="small"
          variant="quiet"
          disabled={checking}
          focusableWhenDisabled
          aria-label="Check that the bundle is in the bucket"
          onClick={onCheck}
        >
          {checking ? <Spinner /> : <SearchCheck aria-hidden />}
          Check
        </Button>
      </div>
      {/* There before there is anything to say, so that it is announced. */}
      <p aria-live="polite" className={cn('text-xs font-medium', answer?.isGood ? 'text-good' : 'text-warn')}>
        {checking ? 'Checking the bucket…' : answer?.text}
      </p>
      <p
        aria-live="polite"
        className={cn('text-xs font-medium', isOver ? 'text-soft' : untried ? 'text-warn' : 'text-good')}
      >
        {describeCopied(copied, { ...told, found })}
      </p>
    </div>
  );
}
