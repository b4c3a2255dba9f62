import { X } from 'lucide-react';
import type { AppError } from '../shared/appError';
import { ErrorText } from './ErrorText';
import { Button, IconButton } from './ui/Button';
import { Callout } from './ui/Callout';
import { cn } from './ui/cn';

/** `onDismiss` receives the `id`. */
type ShownNotice = { id: string; kind: 'info' | 'warning' | 'error'; error: AppError };

type NoticeAreaProps = {
  notices: readonly ShownNotice[];
  /** Reserves the width of a scroll bar to align with scrolling content below; false inside of that content. */
  hasGutter: boolean;
  onDismiss: (ids: readonly string[]) => void;
};

/** Notices that concern no single row, until the user dismisses them. */
export function NoticeArea({ notices, hasGutter, onDismiss }: NoticeAreaProps) {
  return (
    <section
      data-focus-part
      aria-label="Notices"
      aria-live="polite"
      className={cn(
        'sticky top-0 z-20 max-h-[40vh] shrink-0 overflow-y-auto bg-canvas',
        hasGutter && '[scrollbar-gutter:stable]',
      )}
    >
      {notices.length > 0 && (
        <div className="mx-auto max-w-5xl space-y-2 px-5 pt-4">
          {notices.length > 1 && (
            <div className="flex justify-end">
              <Button size="small" variant="quiet" onClick={() => onDismiss(notices.map(({ id }) => id))}>
                Dismiss all
              </Button>
            </div>
          )}
          {notices.map(({ id, kind, error }) => (
            <Callout
              key={id}
              tone={kind}
              aside={
                <IconButton label="Dismiss" onClick={() => onDismiss([id])}>
                  <X aria-hidden />
                </IconButton>
              }
            >
              <ErrorText error={error} />
            </Callout>
          ))}
        </div>
      )}
    </section>
  );
}
