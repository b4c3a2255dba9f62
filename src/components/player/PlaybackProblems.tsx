import type { AppError } from '../../shared/appError';
import type { Playback } from '../../shared/playback/playback';
import { ErrorText } from '../ErrorText';
import { Callout } from '../ui/Callout';

const rebuilt: AppError = {
  code: 'Rebuilt',
  message: 'The description of this session was lost.',
  action: 'It plays from what was recorded; where the clicks were cannot be shown.',
};
const interrupted: AppError = {
  code: 'Interrupted',
  message: 'This recording was cut off.',
  action: 'Everything written until then is shown.',
};

/** The problems of a session that is still playable. */
export function PlaybackProblems({ playback, pageError }: { playback: Playback; pageError?: AppError }) {
  const { header, problems } = playback;
  const mild = [
    ...(header.rebuilt ? [rebuilt] : []),
    ...(header.state === 'interrupted' ? [interrupted] : []),
  ];
  const grave = [...problems, ...(pageError ? [pageError] : [])];
  if (mild.length + grave.length === 0) return null;
  return (
    <div
      aria-label="About this recording"
      role="region"
      tabIndex={0}
      className="max-h-32 shrink-0 space-y-2 overflow-y-auto"
    >
      {grave.map((error) => (
        <Callout key={error.code} tone="warning">
          <ErrorText error={error} />
        </Callout>
      ))}
      {mild.map(({ code, message, action }) => (
        <p key={code} className="text-xs text-soft">
          <span className="font-medium text-warn">{message}</span> {action}
        </p>
      ))}
    </div>
  );
}
