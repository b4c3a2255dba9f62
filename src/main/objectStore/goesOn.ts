/** One sentence of cause, one action; `actionAtLast`: what there is to do where nothing is tried again by itself. */
export type Words = { message: string; action: string; actionAtLast?: string };

/** What a person can do about something that an upload waits for by itself. */
export function goesOn(advice: string): Required<Omit<Words, 'message'>> {
  return { action: `${advice}; the upload goes on by itself.`, actionAtLast: `${advice}, then try again.` };
}
