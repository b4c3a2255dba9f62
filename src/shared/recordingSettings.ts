import * as z from 'zod/mini';
import { list, text } from './bounds';

/** More would be a mistake, and every look at the active window goes through them all. */
const MOST_PATTERNS = 200;

/** What every recording is made with. */
export const recordingSettingsSchema = z.object({
  /** Which window has the keyboard is recorded: its app, title and bounds. */
  recordActiveWindow: z.boolean(),
  /**
   * Apps and window titles that are left out, one pattern each: text that either contains; `*` stands for anything.
   * Case, width, blanks and characters that nobody can see make no difference.
   */
  excluded: list(text(200), MOST_PATTERNS),
});
export type RecordingSettings = z.infer<typeof recordingSettingsSchema>;

export const defaultRecordingSettings: RecordingSettings = { recordActiveWindow: true, excluded: [] };

/** The patterns as they are kept: without blanks around them, empty ones and repeated ones. */
export function tidyPatterns(patterns: readonly string[]): string[] {
  return [...new Set(patterns.map((pattern) => pattern.trim()).filter((pattern) => pattern !== ''))];
}
