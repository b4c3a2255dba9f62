import type { AppError } from '../../shared/appError';
import type { Quarantined } from '../../lib/jsonFile';
import { describeUpload } from '../../shared/text/uploadErrors';
import { SecretLocked, type Logger, type ReportNotice } from '../../shared/runtime';
import { stateUnreadable } from './stateFailures';
import { settingsNeeded } from '../../upload/uploadFailures';

export type Reporting = { log: Logger; report: ReportNotice };

export function reportQuarantined({ log, report }: Reporting, damaged: Quarantined): void {
  log.error('a damaged file was set aside', { ...damaged });
  report('warning', {
    code: 'FileDamaged',
    message: `The file with the ${damaged.what} could not be read and was set aside.`,
    action: 'Check your settings and uploads; nothing was deleted.',
    details: `${damaged.movedTo}: ${damaged.cause}`,
  });
}

/** Both files can be done without, so that nothing has to wait for an update. */
const WITHOUT_IT = {
  findings: 'Nothing to do: uploads go on, and what the bucket can do is tested again after each start.',
  aborts: 'Update the app: until then parts of uploads that were deleted may stay in the bucket.',
};

/** A file that a newer version wrote, and that is left as it is. */
export function reportNewer(
  { log, report }: Reporting,
  what: keyof typeof WITHOUT_IT,
  error: AppError,
): void {
  log.warn('a file of a newer version is left as it is', { what, details: error.details });
  report('warning', { ...error, action: WITHOUT_IT[what] });
}

export function reportUnreadableSecret({ log, report }: Reporting, cause: unknown): void {
  log.warn('the stored secret cannot be decrypted', { cause: String(cause) });
  if (cause instanceof SecretLocked) {
    report('warning', { ...describeUpload(settingsNeeded('SecretLocked')), details: String(cause) });
    return;
  }
  report('warning', {
    code: 'SecretMissing',
    message: 'The stored secret access key cannot be read on this account or computer.',
    action: 'Open the settings and enter the secret again.',
    details: String(cause),
  });
}

export function reportUnreadableState({ log, report }: Reporting, sessionId: string, error: unknown): void {
  log.error('an upload state cannot be read', { sessionId, error: String(error) });
  report('warning', stateUnreadable(sessionId, error).error);
}

/** A state came with a folder that was copied here: it is no order of the user's. */
export function reportClaim({ log, report }: Reporting, sessionId: string): void {
  log.warn('an upload state of another installation is only a claim', { sessionId });
  report('info', {
    code: 'UploadClaimed',
    message: 'A copied session says it was uploaded, but not by this app.',
    action: 'It counts as not uploaded. Press Upload: the app looks in the bucket first.',
    details: sessionId,
  });
}
