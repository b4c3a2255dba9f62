import * as z from 'zod/mini';
import { list, text } from './bounds';

/** More would be a mistake, and every check of the active window tests all of them. */
const MOST_PATTERNS = 200;

/** Settings of every recording. */
export const recordingSettingsSchema = z.object({
  /** Record the active window: its app, title and bounds. */
  recordActiveWindow: z.boolean(),
  /**
   * Excluded apps and window titles, one pattern each: a text that either contains; `*` matches anything. Ignores case,
   * width, blanks and invisible characters.
   */
  excluded: list(text(200), MOST_PATTERNS),
});
export type RecordingSettings = z.infer<typeof recordingSettingsSchema>;

export const defaultRecordingSettings: RecordingSettings = { recordActiveWindow: true, excluded: [] };

/** Normalizes patterns for storage: trims blanks, removes empty ones and duplicates. */
export function tidyPatterns(patterns: readonly string[]): string[] {
  return [...new Set(patterns.map((pattern) => pattern.trim()).filter((pattern) => pattern !== ''))];
}
