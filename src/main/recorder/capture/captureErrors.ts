import type { AppError } from '../../../shared/appError';
import type { CaptureGrant } from '../../platformPort';
import { diskTooSlow, sourceGone } from '../recorderErrors';

/** The error code after the system or the user refused screen recording. */
export const CAPTURE_NOT_ALLOWED = 'CaptureNotAllowed';

/** The error code after a recording was stopped while the system's dialog was open. */
export const CHOICE_GIVEN_UP = 'ChoiceGivenUp';

const SOURCE_NOT_GIVEN = 'SourceNotGiven';

/** Errors after the portal's dialog was closed. Chromium does not always use the same one. */
const CHOICE_ENDINGS = new Set(['AbortError', 'NotAllowedError', 'NotReadableError', 'TrackEnded']);

export const choiceGivenUp: AppError = {
  code: CHOICE_GIVEN_UP,
  message: 'The recording was stopped before anything was chosen in the system’s dialog.',
  action: 'There is nothing to do.',
};

/** The portal reports a closed dialog and one that could not be shown in the same way. */
export function nothingChosen(details: string): AppError {
  return {
    code: 'NothingChosen',
    message: 'No screen or window was chosen in the system’s dialog, so nothing is recorded.',
    action: 'Start again and choose one. If no dialog came up, install xdg-desktop-portal and PipeWire.',
    details,
  };
}

export function captureGone(details: string): AppError {
  return {
    code: 'CaptureGone',
    message: 'The screen could not be recorded any longer.',
    action: 'Start a new recording.',
    details,
  };
}

type Failure = {
  /** The name of the page's DOMException. */
  name: string;
  message: string;
  /** What main granted the page that was starting. */
  grant?: CaptureGrant;
  /** A system dialog asked what to record. */
  isToChoose?: boolean;
};

/** Explains a failure of the capture page. */
export function captureFailed({ name, message, grant, isToChoose = false }: Failure): AppError {
  const details = `${name}: ${message}`;
  if (isToChoose && CHOICE_ENDINGS.has(name)) return nothingChosen(details);
  if (name === 'NotAllowedError' || grant === 'refused')
    return {
      code: CAPTURE_NOT_ALLOWED,
      message: 'The system does not let the app record the screen.',
      action: 'Allow it in the system settings, then start again.',
      details,
    };
  // It was there a moment ago; a retry shows whether it is gone.
  if (grant === 'not-there') return { ...sourceGone, code: SOURCE_NOT_GIVEN, details };
  if (name === 'TrackEnded' || name === 'NotFoundError') return { ...sourceGone, details };
  if (name === 'QuotaExceededError') return { ...diskTooSlow, details };
  return {
    code: 'CaptureFailed',
    message: 'The screen could not be recorded.',
    action: 'Try again; if it happens again, please report it with the details.',
    details,
  };
}

/** Whether a retry may help: nothing was refused, and the source is not known to be gone. */
export function isRetryable({ code }: AppError): boolean {
  return code === 'CaptureGone' || code === 'CaptureFailed' || code === SOURCE_NOT_GIVEN;
}

/** By the name of getUserMedia's DOMException. */
const causes: Record<string, string> = {
  NotFoundError: 'No microphone was found.',
  NotAllowedError: 'The system does not let the app use the microphone.',
  NotReadableError: 'The microphone does not answer, or another program holds it.',
  TimeoutError: 'The microphone did not answer in time.',
};

/** The notice while a recording continues without sound. */
export function noSound(problem?: { name: string; message: string }): AppError {
  return {
    code: 'NoMicrophone',
    message: causes[problem?.name ?? ''] ?? 'The microphone could not be used.',
    action: 'The recording goes on without sound. Connect or allow a microphone for the next one.',
    details: problem && `${problem.name}: ${problem.message}`,
  };
}
