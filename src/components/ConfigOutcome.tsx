import { CircleAlert, CircleCheck } from 'lucide-react';
import type { AppError } from '../shared/appError';
import { ErrorText } from './ErrorText';
import { Callout } from './ui/Callout';

/** How the last "Save" or "Test connection" ended. */
export type Outcome =
  /** `refused`: why the last test of just these settings failed. */
  | { kind: 'saved'; refused?: AppError }
  | { kind: 'connected'; warnings: readonly string[] }
  | { kind: 'failed'; of: 'save' | 'test'; headline: string; error: AppError }
  | { kind: 'fields'; count: number };

/** Short answers stand beside the buttons, longer ones below them; all are announced. */
export function ConfigOutcome({ outcome }: { outcome?: Outcome }) {
  return (
    <div aria-live="polite" className="contents">
      {outcome?.kind === 'saved' && <Short good={!outcome.refused} text={savedText(outcome)} />}
      {outcome?.kind === 'connected' && <Short good text="Connection works" />}
      {outcome?.kind === 'fields' && (
        <Short
          text={outcome.count === 1 ? 'One field needs another look' : 'Some fields need another look'}
        />
      )}
      {outcome?.kind === 'connected' && outcome.warnings.length > 0 && (
        <Callout tone="warning" className="basis-full">
          {outcome.warnings.map((warning) => (
            <p key={warning}>{warning}</p>
          ))}
        </Callout>
      )}
      {outcome?.kind === 'saved' && outcome.refused && <ErrorBelow error={outcome.refused} />}
      {outcome?.kind === 'failed' && <ErrorBelow headline={outcome.headline} error={outcome.error} />}
    </div>
  );
}

function savedText({ refused }: { refused?: AppError }): string {
  return refused ? 'Settings saved, but the last test of them failed' : 'Settings saved';
}

function ErrorBelow({ headline, error }: { headline?: string; error: AppError }) {
  return (
    <Callout tone="error" className="basis-full">
      {headline && <p className="mb-1 text-xs font-semibold text-bad">{headline}</p>}
      <ErrorText error={error} />
    </Callout>
  );
}

function Short({ good, text }: { good?: boolean; text: string }) {
  const Icon = good ? CircleCheck : CircleAlert;
  return (
    <span
      className={`ml-1 inline-flex items-center gap-1.5 text-sm font-medium ${good ? 'text-good' : 'text-bad'}`}
    >
      <Icon aria-hidden className="size-4" />
      {text}
    </span>
  );
}
