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
  /** The last copied item. */
  copied?: Copied;
  /** The bucket's last answer, or why the check failed. */
  check?: Pick<BucketCheck, 'found' | 'checkedAt' | 'error'>;
  /** A check is running. */
  checking: boolean;
  nowMs: number;
  /** Whether links are signed with temporary credentials. */
  temporaryKeys: boolean;
  place?: Place;
  onCheck: () => void;
  onCopyPath: () => void;
};

/** The location of an uploaded bundle, with copy commands, and whether the bundle is still there. */
export function UploadedPlace(props: UploadedPlaceProps) {
  const { location, copied, check, checking, onCheck, onCopyPath, ...told } = props;
  const found = check?.found;
  const untried = isUntried(copied, told.nowMs, found);
  // A newer, failed check takes precedence over an older answer.
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
      {/* Always rendered, so that its first message is announced. */}
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
