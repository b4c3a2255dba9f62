/**
 * One sentence of cause, one action. `actionAtLast`: the action once nothing is tried again by itself.
 * `suggestedEndpoint`: the endpoint that the server named itself.
 */
export type Words = { message: string; action: string; actionAtLast?: string; suggestedEndpoint?: string };

/** What a person can do about something that an upload waits for by itself. */
export function goesOn(advice: string): Required<Pick<Words, 'action' | 'actionAtLast'>> {
  return { action: `${advice}; the upload goes on by itself.`, actionAtLast: `${advice}, then try again.` };
}
