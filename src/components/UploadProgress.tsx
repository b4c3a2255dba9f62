import type { UploadProgressPayload } from '../shared/upload';
import type { Place } from './format';
import { ProgressBar } from './ui/ProgressBar';
import { describeLongWait, describeProgress, describeWait, keptPercent } from './uploadText';

type UploadProgressProps = {
  upload: UploadProgressPayload;
  /** Why a paused upload cannot be resumed. */
  whyNotResume?: string;
  nowMs: number;
  place?: Place;
};

/** An upload's progress and wait reason; renders nothing after it ended. */
export function UploadProgress({ upload, whyNotResume, nowMs, place }: UploadProgressProps) {
  if (upload.status !== 'pending' && upload.status !== 'uploading') return null;
  const wait = describeWait(upload, nowMs, whyNotResume === undefined);
  const longWait = describeLongWait(upload.reason, nowMs);
  const moving = upload.status === 'uploading';
  const begun = moving || upload.bytesKept > 0;
  const kept = keptPercent(upload);
  return (
    <div className="space-y-1.5">
      {begun && (
        <ProgressBar
          label="Upload progress"
          value={moving ? upload.progress : kept}
          solid={kept}
          still={wait !== undefined}
        />
      )}
      <div className="flex flex-wrap justify-between gap-x-4 text-xs text-soft tabular-nums">
        {begun && <span>{describeProgress(upload, place)}</span>}
        {wait && <span className="font-medium text-ink">{wait}</span>}
      </div>
      {longWait && <p className="text-xs font-medium text-warn">{longWait}</p>}
    </div>
  );
}
