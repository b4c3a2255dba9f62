import { ok } from './fakeBridge';
import { calmApp, running, shortcuts } from './samples';
import type { UiState } from './states';

const redacting = { ...running, redacting: true };
const typing = { ...running, recordKeyCodes: true };

/** What a person sees of what is hidden, and of what is not. */
export const privacyStates: Readonly<Record<string, UiState>> = {
  'privacy-redacting': { replies: calmApp([], { getRecordingState: ok(redacting) }) },
  'privacy-typing': { replies: calmApp([], { getRecordingState: ok(typing) }) },
  'toolbar-redacting': {
    page: 'toolbar',
    replies: { getRecordingState: ok(redacting), getShortcuts: ok(shortcuts) },
  },
  'toolbar-typing': {
    page: 'toolbar',
    replies: { getRecordingState: ok({ ...typing, elapsedMs: 36_754_000 }) },
  },
};
