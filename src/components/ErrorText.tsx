import type { AppError } from '../shared/appError';
import { Details } from './ui/Details';

/** An error for the user: the cause, what to do, and expandable raw details. */
export function ErrorText({ error }: { error: AppError }) {
  return (
    <div className="space-y-0.5 break-anywhere">
      <p className="font-medium">{error.message}</p>
      {error.action && <p className="text-soft">{error.action}</p>}
      {error.details && (
        <Details label="Details">
          <pre className="mt-1 rounded-md bg-canvas/70 px-2.5 py-2 font-mono text-2xs whitespace-pre-wrap select-text">
            {`${error.code}\n${error.details}`}
          </pre>
        </Details>
      )}
    </div>
  );
}
