import type { WebContents } from 'electron';
import type { Capability } from '../../shared/session';
import type { Clock } from '../../shared/runtime';

const ANSWER_MS = 2000;
/** Without permission each kind of device is listed once, without a label. That shows whether one exists. */
const COUNT_INPUTS = `navigator.mediaDevices.enumerateDevices()
  .then((devices) => devices.filter(({ kind }) => kind === 'audioinput').length)`;

export type MicrophoneProbe = {
  /** `systemPreferences.getMediaAccessStatus('microphone')`; `unknown` on systems without such a setting. */
  access: () => string;
  /** The number of audio inputs; null if no page is open to ask. */
  countInputs: () => Promise<number | null>;
  clock: Pick<Clock, 'setTimeout' | 'clearTimeout'>;
};

/** Whether sound can be recorded; null if unknown, in which case the user may still try. */
export async function microphoneCapability({
  access,
  countInputs,
  clock,
}: MicrophoneProbe): Promise<Capability | null> {
  const name = 'microphone';
  if (['denied', 'restricted'].includes(access()))
    return { name, available: false, why: 'The system does not let the app use the microphone.' };
  const inputs = await inTime(countInputs(), clock);
  if (inputs === null) return null;
  return inputs > 0 ? { name, available: true } : { name, available: false, why: 'No microphone was found.' };
}

/** The number of audio inputs, which only pages can see. Null if no page of the app is open to ask. */
export async function countInputs(page: WebContents | undefined): Promise<number | null> {
  return page === undefined ? null : Number(await page.executeJavaScript(COUNT_INPUTS));
}

/** A page that hangs or closes while it is asked must not block a start. */
async function inTime(
  answer: Promise<number | null>,
  clock: MicrophoneProbe['clock'],
): Promise<number | null> {
  const { promise: tooLate, resolve } = Promise.withResolvers<null>();
  const timer = clock.setTimeout(() => resolve(null), ANSWER_MS);
  try {
    return await Promise.race([answer.catch(() => null), tooLate]);
  } finally {
    clock.clearTimeout(timer);
  }
}
