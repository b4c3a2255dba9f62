import * as z from 'zod/mini';
import type { AppError } from '../shared/appError';
import {
  defaultRecordingSettings,
  recordingSettingsSchema,
  tidyPatterns,
  type RecordingSettings,
} from '../shared/recordingSettings';
import { readJsonFile, writeJsonFile, type Quarantined } from '../lib/jsonFile';
import type { Clock, Logger, ReportNotice } from '../shared/runtime';

/** `recording-settings.json`. */
export const settingsFileSchema = z.extend(recordingSettingsSchema, { version: z.literal(1) });
const spec = { what: 'recording settings', version: 1, schema: settingsFileSchema };

export type RecordingSettingsStore = {
  /** Rejects if the settings cannot be read: windows they exclude must not be recorded by mistake. */
  load(): Promise<RecordingSettings>;
  /** @returns the settings as saved */
  save(settings: RecordingSettings): Promise<RecordingSettings>;
};

/** Keeps the recording settings in `file`. */
export function createRecordingSettingsStore(parts: {
  file: string;
  clock: Pick<Clock, 'now'>;
  log: Logger;
  report: ReportNotice;
}): RecordingSettingsStore {
  const onQuarantine = (damaged: Quarantined) => {
    parts.log.error('recording settings quarantined', { ...damaged });
    parts.report('warning', settingsDamaged(damaged));
  };
  // A start right after a change must see that change.
  let kept: Promise<unknown> = Promise.resolve();
  return {
    async load() {
      await kept;
      const content = await readJsonFile(parts.file, spec, { clock: parts.clock, onQuarantine });
      if (content === null) return defaultRecordingSettings;
      const { version: _version, ...settings } = content;
      return settings;
    },
    async save(settings) {
      const wanted = { ...settings, excluded: tidyPatterns(settings.excluded) };
      const saved = kept.then(() => writeJsonFile(parts.file, { version: 1, ...wanted }));
      kept = saved.catch(() => undefined);
      await saved;
      return wanted;
    },
  };
}

function settingsDamaged({ movedTo, cause }: Quarantined): AppError {
  return {
    code: 'FileDamaged',
    message: 'The recording settings could not be read and were set aside, so nothing is left out any more.',
    action: 'Check under Privacy which apps and titles are to be left out.',
    details: `${movedTo}: ${cause}`,
  };
}
