import type { AppError } from '../../shared/appError';
import type { Quarantined } from '../../lib/jsonFile';
import {
  describeDamagedFile,
  describeWithoutFile,
  describeRefusal,
  type OptionalJsonFile,
} from '../../shared/text/sessionUploadErrors';
import { describeUpload } from '../../shared/text/uploadErrors';
import { SecretLocked, type Logger, type ReportNotice } from '../../shared/runtime';
import { stateUnreadable } from './stateFailures';
import { settingsNeeded } from '../../upload/uploadFailures';

export type Reporting = { log: Logger; report: ReportNotice };

export function reportQuarantined({ log, report }: Reporting, damaged: Quarantined): void {
  log.error('a damaged file was set aside', { ...damaged });
  report('warning', describeDamagedFile(damaged.what, `${damaged.movedTo}: ${damaged.cause}`));
}

/** A newer version wrote the file; it is left unchanged. */
export function reportNewer({ log, report }: Reporting, what: OptionalJsonFile, error: AppError): void {
  log.warn('a file of a newer version is left as it is', { what, details: error.details });
  report('warning', describeWithoutFile(what, error));
}

export function reportUnreadableSecret({ log, report }: Reporting, cause: unknown): void {
  log.warn('the stored secret cannot be decrypted', { cause: String(cause) });
  if (cause instanceof SecretLocked) {
    report('warning', { ...describeUpload(settingsNeeded('SecretLocked')), details: String(cause) });
    return;
  }
  report('warning', describeRefusal('secret-unreadable', String(cause)));
}

export function reportUnreadableState({ log, report }: Reporting, sessionId: string, error: unknown): void {
  log.error('an upload state cannot be read', { sessionId, error: String(error) });
  report('warning', stateUnreadable(sessionId, error).error);
}

/** The state came with a folder that was copied here: the user did not order this upload. */
export function reportClaim({ log, report }: Reporting, sessionId: string): void {
  log.warn('an upload state of another installation is only a claim', { sessionId });
  report('info', describeRefusal('upload-claimed', sessionId));
}
