import type { ReactNode } from 'react';
import type { AppError } from '../shared/appError';
import type { SessionListItem } from '../shared/session';
import type { UploadStatus } from '../shared/upload';
import { ErrorText } from './ErrorText';
import { formatDateTime, type Place } from './format';
import { SessionActions, type SessionCallbacks } from './SessionActions';
import { SessionFacts } from './SessionFacts';
import { describeCondition } from './sessionRules';
import { StatusBadge, type BadgeTone } from './ui/Badge';
import { Callout } from './ui/Callout';
import { cn } from './ui/cn';
import { ProgressBar } from './ui/ProgressBar';
import { UploadProgress } from './UploadProgress';
import { UploadedPlace } from './UploadedPlace';
import { CHANGED_LABEL, statusLabels, type Copied } from './uploadText';

const tones: Readonly<Record<UploadStatus, BadgeTone>> = {
  not_uploaded: 'gray',
  pending: 'blue',
  uploading: 'blue',
  done: 'green',
  failed: 'red',
};

/** How the last command on a row ended, where that is to be told. */
export type RowNote = { kind: 'refused'; error: AppError } | Copied;

type SessionCardProps = {
  item: SessionListItem;
  commands: SessionCallbacks;
  nowMs: number;
  note?: RowNote;
  /** Whether links are signed with credentials that end by themselves. */
  temporaryKeys: boolean;
  place?: Place;
  /** The id of the heading with the session's date, which names the list item around the card. */
  titleId: string;
};

/** One session: what it is, where its bundle is, and what can be done with it. */
export function SessionCard({ item, note, titleId, commands, ...told }: SessionCardProps) {
  const { nowMs, place } = told;
  const name = formatDateTime(item.createdAt, place);
  return (
    <div className="space-y-3 rounded-xl border border-line bg-surface px-5 py-4 shadow-card">
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="min-w-0 basis-72 grow space-y-1">
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <h3 id={titleId} className="font-semibold">
              {name}
            </h3>
            <UploadBadge item={item} />
          </div>
          <SessionFacts item={item} nowMs={nowMs} place={place} />
        </div>
        <SessionActions item={item} name={name} commands={commands} />
      </div>
      <SessionTrouble item={item} refusal={note?.kind === 'refused' ? note.error : undefined} />
      {item.upload && <UploadProgress upload={item.upload} nowMs={nowMs} place={place} />}
      {item.uploadStatus === 'done' && item.location && (
        <UploadedPlace
          location={item.location}
          copied={note?.kind === 'refused' ? undefined : note}
          {...told}
          onCopyPath={() => commands.copyPath(item.sessionId, item.location!)}
        />
      )}
    </div>
  );
}

function UploadBadge({ item: { uploadStatus, changedSinceUpload } }: { item: SessionListItem }) {
  if (changedSinceUpload) return <StatusBadge tone="amber" text={CHANGED_LABEL} />;
  return <StatusBadge tone={tones[uploadStatus]} text={statusLabels[uploadStatus]} />;
}

/** What stands between the facts and the upload: the recording's own condition, errors, a refused command. */
function SessionTrouble({ item, refusal }: { item: SessionListItem; refusal?: AppError }) {
  const condition = describeCondition(item);
  const upload = uploadError(item);
  return (
    <>
      {condition && <Condition item={item} text={condition} />}
      {item.problem && <ErrorBox error={item.problem} />}
      {upload && <ErrorBox error={upload} mild={item.uploadStatus !== 'failed'} />}
      {refusal && <ErrorBox error={refusal} announced />}
    </>
  );
}

function Condition({ item, text }: { item: SessionListItem; text: string }) {
  const inTrouble = !['recording', 'finalising', 'repairing', 'exporting'].includes(item.condition);
  return (
    <div className="space-y-1.5">
      <p className={cn('text-xs tabular-nums', inTrouble ? 'font-medium text-warn' : 'text-soft')}>{text}</p>
      {item.condition === 'exporting' && item.exportProgress !== undefined && (
        <ProgressBar label="Export progress" value={item.exportProgress} />
      )}
    </div>
  );
}

/** The upload's error with its action where main gave both; the plan's plain sentence otherwise. */
function uploadError({ uploadStatus, upload, lastUploadError }: SessionListItem): AppError | undefined {
  if (uploadStatus === 'not_uploaded' || uploadStatus === 'done') return undefined;
  if (upload?.errorDetail) return upload.errorDetail;
  const message = upload?.error ?? lastUploadError;
  return message === undefined ? undefined : { code: 'UploadFailed', message, action: '' };
}

type ErrorBoxProps = { error: AppError; mild?: boolean; announced?: boolean };

/** `mild` while it is being retried: nothing is lost and nothing is asked of the user. */
function ErrorBox({ error, mild, announced }: ErrorBoxProps): ReactNode {
  return (
    <Callout tone={mild ? 'warning' : 'error'} role={announced ? 'alert' : undefined}>
      <ErrorText error={error} />
    </Callout>
  );
}
