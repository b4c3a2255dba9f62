/** What a person can do about something that an upload waits for by itself; `actionAtLast` where nothing does. */
export function goesOn(advice: string): { action: string; actionAtLast: string } {
  return { action: `${advice}; the upload goes on by itself.`, actionAtLast: `${advice}, then try again.` };
}
