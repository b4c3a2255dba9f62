import { CircleAlert, CircleCheck } from 'lucide-react';
import type { ReactNode } from 'react';
import type { AppError } from '../shared/appError';
import { ErrorText } from './ErrorText';
import { Button } from './ui/Button';
import { Callout } from './ui/Callout';

/** The result of the last "Save" or "Test connection". */
export type Outcome =
  /** `refused`: why the last test of exactly these settings failed. */
  | { kind: 'saved'; refused?: AppError }
  | { kind: 'connected'; warnings: readonly string[] }
  /** `suggestedEndpoint`: the address that the server gave as its own, over https. */
  | {
      kind: 'failed';
      of: 'save' | 'test';
      headline: string;
      error: AppError;
      suggestedEndpoint?: string;
    }
  | { kind: 'fields'; count: number };

type ConfigOutcomeProps = {
  outcome?: Outcome;
  /** Puts the suggested address into the form. */
  onEndpoint: (endpoint: string) => void;
};

/** Short results are shown beside the buttons, longer ones below them; all are announced. */
export function ConfigOutcome({ outcome, onEndpoint }: ConfigOutcomeProps) {
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
      {outcome?.kind === 'failed' && (
        <ErrorBelow headline={outcome.headline} error={outcome.error}>
          <UseEndpoint endpoint={outcome.suggestedEndpoint} onUse={onEndpoint} />
        </ErrorBelow>
      )}
    </div>
  );
}

function savedText({ refused }: { refused?: AppError }): string {
  return refused ? 'Settings saved, but the last test of them failed' : 'Settings saved';
}

/** Only the user changes an address. */
function UseEndpoint({ endpoint, onUse }: { endpoint?: string; onUse: (endpoint: string) => void }) {
  if (endpoint === undefined) return null;
  return (
    <Button className="mt-2" onClick={() => onUse(endpoint)}>
      Use {endpoint}
    </Button>
  );
}

type ErrorBelowProps = { headline?: string; error: AppError; children?: ReactNode };

function ErrorBelow({ headline, error, children }: ErrorBelowProps) {
  return (
    <Callout tone="error" className="basis-full">
      {headline && <p className="mb-1 text-xs font-semibold text-bad">{headline}</p>}
      <ErrorText error={error} />
      {children}
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
