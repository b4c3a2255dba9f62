import { Copy } from 'lucide-react';
import type { Place } from './format';
import { IconButton } from './ui/Button';
import { describeCopied, type Copied } from './uploadText';

type UploadedPlaceProps = {
  /** `s3://bucket/key`. */
  location: string;
  /** What of it was copied last. */
  copied?: Copied;
  nowMs: number;
  /** Whether links are signed with credentials that end by themselves. */
  temporaryKeys: boolean;
  place?: Place;
  onCopyPath: () => void;
};

/** Where an uploaded bundle lies, to be copied. */
export function UploadedPlace({ location, copied, onCopyPath, ...told }: UploadedPlaceProps) {
  return (
    <div className="space-y-1">
      <div className="-my-1.5 flex items-center gap-1.5">
        <p className="font-mono text-xs text-soft select-all break-anywhere">{location}</p>
        <IconButton label="Copy s3:// path" onClick={onCopyPath}>
          <Copy aria-hidden />
        </IconButton>
      </div>
      {/* There before there is anything to say, so that it is announced. */}
      <p aria-live="polite" className="text-xs font-medium text-good">
        {describeCopied(copied, told)}
      </p>
    </div>
  );
}
