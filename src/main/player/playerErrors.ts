import type { AppError } from '../../shared/appError';

export const stillWorking: AppError = {
  code: 'SessionBusy',
  message: 'This session is still being recorded or finished.',
  action: 'Open it once that is done.',
};

export const notOpened: AppError = {
  code: 'NotOpened',
  message: 'This session is not open any more.',
  action: 'Open it again from the list.',
};

export function actionsDamaged(bad: number, readable: number, movedTo: string): AppError {
  const what = readable === 0 ? 'The actions' : bad === 1 ? 'One action' : `${bad} actions`;
  return {
    code: 'ActionsDamaged',
    message: `${what} of this session could not be read.`,
    action: 'The damaged file was set aside and kept beside the others; everything else plays.',
    details: movedTo,
  };
}

export function linesDamaged(file: string, bad: number): AppError {
  return {
    code: 'LinesDamaged',
    message:
      bad === 1 ? 'One line of a file could not be read.' : `${bad} lines of a file could not be read.`,
    action: 'Everything else plays; the file was left as it is.',
    details: file,
  };
}

export function videoMissing(files: readonly string[]): AppError {
  return {
    code: 'VideoMissing',
    message:
      files.length === 1
        ? 'A part of the video is missing.'
        : `${files.length} parts of the video are missing.`,
    action: 'Look for it in an exported bundle of this session; the steps and screenshots are all here.',
    details: files.join('\n'),
  };
}

export function timesMissing(files: readonly string[]): AppError {
  return {
    code: 'FrameTimesMissing',
    message: 'When the picture was taken is not known for a part of the video.',
    action: 'It plays all the same, but steps and picture may not fit there.',
    details: files.join('\n'),
  };
}
