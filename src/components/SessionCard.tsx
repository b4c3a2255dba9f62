import type { AppError } from '../shared/appError';
import type { SessionListItem } from '../shared/session';
import { FILES_MISSING } from '../shared/missingFiles';
import type { BucketCheck } from '../shared/upload';
import { ErrorText } from './ErrorText';
import { formatDateTime, type Place } from './format';
import { describeMissing } from './missingText';
import { SessionActions, type SessionCallbacks } from './SessionActions';
import { SessionFacts } from './SessionFacts';
import { SessionDialogs } from './SessionDialogs';
import {
  adoptButton,
  describeCondition,
  errorsOf,
  hasGoodBundle,
  isSession,
  UPLOAD_CLAIMED,
  whyNotResume,
} from './sessionRules';
import { Button } from './ui/Button';
import { StatusBadge } from './ui/Badge';
import { Callout } from './ui/Callout';
import { cn } from './ui/cn';
import { ProgressBar } from './ui/ProgressBar';
import { Spinner } from './ui/Spinner';
import { UploadProgress } from './UploadProgress';
import { UploadedPlace } from './UploadedPlace';
import { badgeOf, type Copied } from './uploadText';

/** The result of the last command on a row, if the row shows one. */
export type RowNote =
  | { kind: 'refused'; error: AppError }
  /** The upload would replace an object in the bucket. */
  | { kind: 'would-replace' }
  /** A check in the bucket is running, or failed. The row itself shows a successful result. */
  | { kind: 'checking' }
  | { kind: 'unchecked'; answer: BucketCheck }
  | Copied;

type SessionCardProps = {
  item: SessionListItem;
  commands: SessionCallbacks;
  nowMs: number;
  note?: RowNote;
  /** Whether links are signed with temporary credentials. */
  temporaryKeys: boolean;
  place?: Place;
  /** Another session began in the same minute. */
  hasTwin?: boolean;
  /** The id of the heading with the session's date, which names the list item around the card. */
  titleId: string;
};

/** One session: its facts, the location of its bundle, and its commands. */
export function SessionCard({ item, note, titleId, commands, hasTwin, ...told }: SessionCardProps) {
  const { nowMs, place } = told;
  const name = formatDateTime(item.createdAt, place, hasTwin ? 'second' : 'minute');
  return (
    <div className="space-y-3 rounded-xl border border-line bg-surface px-5 py-4 shadow-card">
      <SessionDialogs {...{ item, name, place, commands }} wouldReplace={note?.kind === 'would-replace'}>
        {(ask) => (
          <>
            <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
              <div className="min-w-0 basis-72 grow space-y-1">
                <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
                  <h3 id={titleId} className="font-semibold">
                    {name}
                  </h3>
                  {isSession(item) && <StatusBadge {...badgeOf(item)} />}
                </div>
                <SessionFacts item={item} nowMs={nowMs} place={place} />
              </div>
              <SessionActions item={item} commands={commands} onDelete={ask.deletion} />
            </div>
            <SessionTrouble
              item={item}
              refusal={refusalOf(item, note)}
              onExportWithout={ask.exportWithout}
              onAdopt={() => commands.adopt(item.sessionId)}
              onCheck={() => commands.check(item.sessionId)}
              checking={note?.kind === 'checking'}
            />
          </>
        )}
      </SessionDialogs>
      {item.upload && (
        <UploadProgress upload={item.upload} whyNotResume={whyNotResume(item)} nowMs={nowMs} place={place} />
      )}
      {item.uploadStatus === 'done' && item.location && (
        <UploadedPlace
          location={item.location}
          copied={note?.kind === 'link' || note?.kind === 'path' ? note : undefined}
          check={note?.kind === 'unchecked' ? note.answer : item.uploaded?.check}
          checking={note?.kind === 'checking'}
          {...told}
          onCheck={() => commands.check(item.sessionId)}
          onCopyPath={() => commands.copyPath(item.sessionId, item.location!)}
        />
      )}
    </div>
  );
}

/** A claim has no line for the bucket's answer, so a failed check is shown as a refusal. */
function refusalOf({ uploadClaim }: SessionListItem, note?: RowNote): AppError | undefined {
  if (note?.kind === 'refused') return note.error;
  return note?.kind === 'unchecked' && uploadClaim ? note.answer.error : undefined;
}

type SessionTroubleProps = {
  item: SessionListItem;
  refusal?: AppError;
  onExportWithout: () => void;
  onAdopt: () => void;
  onCheck: () => void;
  checking: boolean;
};

/** Between the facts and the upload: the recording's condition, errors, and a refused command. */
function SessionTrouble(props: SessionTroubleProps) {
  const { item, refusal } = props;
  const condition = describeCondition(item);
  return (
    <>
      {condition && <Condition item={item} text={condition} />}
      {describeMissing(item, hasGoodBundle(item)).map((line) => (
        <p key={line} className="text-xs font-medium text-warn">
          {line}
        </p>
      ))}
      {errorsOf(item, refusal).map(({ error, tone, announced }) => (
        <Callout
          key={`${error.code} ${error.message}`}
          tone={tone}
          role={announced ? 'alert' : undefined}
          aside={<Remedy {...props} error={error} />}
        >
          <ErrorText error={error} />
        </Callout>
      ))}
    </>
  );
}

/** The button for an error's action, if no button of the row has that action. */
function Remedy(props: SessionTroubleProps & { error: AppError }) {
  const { item, error, onExportWithout, onAdopt, onCheck, checking } = props;
  if (error.code === FILES_MISSING)
    return (
      <Button size="small" onClick={onExportWithout}>
        Export without them…
      </Button>
    );
  if (error.code === UPLOAD_CLAIMED && item.uploadClaim === 'here')
    return (
      <Button size="small" disabled={checking} focusableWhenDisabled onClick={onCheck}>
        {checking && <Spinner />}
        Check
      </Button>
    );
  const adopt = adoptButton(item);
  if (adopt === undefined || error !== item.problem) return null;
  return (
    <Button size="small" onClick={onAdopt}>
      {adopt}
    </Button>
  );
}

function Condition({ item, text }: { item: SessionListItem; text: string }) {
  const isUnderWay = item.condition === 'finalising' || item.condition === 'repairing';
  const inTrouble = !['recording', 'finalising', 'repairing', 'exporting'].includes(item.condition);
  return (
    <div className="space-y-1.5">
      <p
        className={cn(
          'flex items-start gap-2 text-xs tabular-nums [&>svg]:mt-px [&>svg]:size-3.5 [&>svg]:shrink-0',
          inTrouble ? 'font-medium text-warn' : 'text-soft',
        )}
      >
        {isUnderWay && <Spinner />}
        {text}
      </p>
      {item.condition === 'exporting' && item.exportProgress !== undefined && (
        <ProgressBar label="Export progress" value={item.exportProgress} />
      )}
    </div>
  );
}
