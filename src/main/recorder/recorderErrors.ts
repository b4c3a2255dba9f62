import { AppFailure, type AppError } from '../../shared/appError';
import type { Capability } from '../../shared/session';
import type { PictureSize } from '../../shared/pictureSize';
import { internalError } from '../bindCommand';

/** The error to show for anything thrown. */
export function errorOf(error: unknown): AppError {
  return error instanceof AppFailure ? error.error : internalError(error);
}

export const inputLost: AppError = {
  code: 'InputLost',
  message: 'Mouse and keyboard cannot be recorded at the moment; the video goes on.',
  action: 'There is nothing to do: the app keeps trying, and the session says what is missing.',
};

/** @param file the segment's name inside `video/` */
export function segmentNotMade(file: string, cause: unknown): AppError {
  return {
    code: (cause as NodeJS.ErrnoException).code ?? 'SegmentNotMade',
    message: `The video file “${file}” could not be made.`,
    action: 'Check the disk and the session’s folder, then try again.',
    details: String(cause),
  };
}

export function diskRefused(error: unknown): AppError {
  const { code } = error as NodeJS.ErrnoException;
  const details = String(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') return { ...diskFull, details };
  if (code === 'ENOENT' || code === 'ENOTDIR') return { ...folderGone, code, details };
  return {
    code: code ?? 'DiskFailed',
    message: 'The recording could not be written to the disk, so it was stopped.',
    action: 'Check the disk. Everything recorded until then was kept.',
    details,
  };
}

/** The user can reach the folder: it was moved, renamed or deleted, or its disk removed. */
const folderGone = {
  message: 'The folder of this recording is not there any more, so the recording was stopped.',
  action:
    'If it was moved, or its disk taken out, put it back: its row in the list then offers to export what had been recorded until then.',
};

const diskFull: AppError = {
  code: 'ENOSPC',
  message: 'The disk is full, so the recording was stopped.',
  action: 'Everything recorded until then was kept. Free some space before you record again.',
};

/** Shown before anything is recorded. */
export const tooLittleSpace: AppError = {
  code: 'ENOSPC',
  message: 'There is too little free space on the disk to record.',
  action: 'Free some space, then start the recording again.',
};

/** Explains the system's errors at a start; other errors stay as they are. */
export function startError(error: unknown): unknown {
  if (!(error instanceof Error) || !('syscall' in error)) return error;
  const { code = 'DiskFailed' } = error as NodeJS.ErrnoException;
  const details = String(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') return new AppFailure({ ...tooLittleSpace, details });
  return new AppFailure({
    code,
    message: 'The folder for the recordings cannot be written, so nothing was recorded.',
    action: 'Check the disk and who may write there, then start the recording again.',
    details,
  });
}

export const DISK_NEARLY_FULL = 'DiskNearlyFull';

/** Shown while there is time to free some space. */
export function diskNearlyFull(minutesLeft: number): AppError {
  return {
    code: DISK_NEARLY_FULL,
    message: `The disk has room for about ${Math.max(1, Math.floor(minutesLeft))} more minutes of this recording.`,
    action: 'Free some space. Otherwise the recording stops by itself while its bundle still fits.',
  };
}

/** Shown while there is still space for the bundle. */
export const stoppedForSpace: AppError = {
  code: 'ENOSPC',
  message: 'The disk is nearly full, so the recording was stopped.',
  action: 'Everything recorded until then was kept. Free some space before you record again.',
};

/** The recording continues in a new segment, after a gap. */
export const diskTooSlow: AppError = {
  code: 'DiskTooSlow',
  message: 'The disk could not keep up with the recording, so a piece of the picture is missing.',
  action: 'Close what else writes much, or record to a faster disk.',
};

export const displayGone: AppError = {
  code: 'DisplayGone',
  message: 'The display that was recorded is gone; the recording goes on with another one.',
  action: 'Stop the recording if that is not what you want.',
};

export function pictureScaled(from: PictureSize, to: PictureSize): AppError {
  return {
    code: 'PictureScaled',
    message: `The screen or window is larger than a video encoder takes, so its video has ${to.width} × ${to.height} pixels.`,
    action: 'Screenshots keep the full size. For a sharper video, record a smaller window.',
    details: `from ${from.width} × ${from.height}`,
  };
}

export function pictureLost(cause: AppError): AppError {
  if (cause.code === sourceGone.code)
    return {
      ...cause,
      message: 'The chosen screen or window is not there any more, so the recording was stopped.',
      action: 'The session was kept. Choose another one and start again.',
    };
  return {
    code: cause.code,
    message: 'The picture stopped and could not be brought back, so the recording was stopped.',
    action: 'The session was kept. Start a new recording.',
    details: cause.details,
  };
}

export function wrongPhase(phase: string): AppError {
  return {
    code: 'NotNow',
    message: 'That cannot be done at this moment of a recording.',
    action: 'Wait a moment and try again.',
    details: `phase: ${phase}`,
  };
}

export const sourceGone: AppError = {
  code: 'SourceGone',
  message: 'The chosen screen or window is not there any more.',
  action: 'Choose another one and start again.',
};

/** A source that is not listed is gone, or the system hides all sources from the app. */
export function sourceMissing(capabilities: readonly Capability[]): AppError {
  const video = capabilities.find(({ name }) => name === 'video');
  if (video === undefined || video.available) return sourceGone;
  return {
    code: 'CaptureNotAllowed',
    message: video.why ?? 'This computer cannot record its screen.',
    action: 'Open the recording view: it says how to allow it.',
  };
}

/** Must not say that the recording is safe. */
export function recordingUnreadable(cause: unknown): AppError {
  return {
    code: 'RecordingUnreadable',
    message: 'A file of this recording cannot be read, so no bundle was made.',
    action: 'Check the disk; copy the session’s folder to another one if you can, then export again.',
    details: String(cause),
  };
}

/** A link, pipe or the like is in the place of a recorded file. */
export function recordingNotFiles({ message, details }: AppError): AppError {
  return {
    code: 'RecordingUnreadable',
    message: `${message} No bundle was made.`,
    action: 'Remove it from the session’s folder, then export again.',
    details,
  };
}

export function sessionBusy(condition: string): AppError {
  return {
    code: 'SessionBusy',
    message: 'This session is still being worked on.',
    action: 'Wait until its recording or export has ended.',
    details: condition,
  };
}
