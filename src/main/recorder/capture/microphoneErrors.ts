import type { AppError } from '../../../shared/appError';

/** What getUserMedia says when it gives no sound (DOMException names). */
const causes: Record<string, string> = {
  NotFoundError: 'No microphone was found.',
  NotAllowedError: 'The system does not let the app use the microphone.',
  NotReadableError: 'The microphone does not answer, or another program holds it.',
  TimeoutError: 'The microphone did not answer in time.',
};

/** Told while the recording goes on without sound. */
export function noSound(problem?: { name: string; message: string }): AppError {
  return {
    code: 'NoMicrophone',
    message: causes[problem?.name ?? ''] ?? 'The microphone could not be used.',
    action: 'The recording goes on without sound. Connect or allow a microphone for the next one.',
    details: problem && `${problem.name}: ${problem.message}`,
  };
}
