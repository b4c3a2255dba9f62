import type * as z from 'zod/mini';
import { AppFailure, type AppError } from '../shared/appError';
import { NEWER_FILE } from '../shared/text/diskErrors';
import { readJsonFile, writeJsonFile, type JsonFileContext, type JsonFileSpec } from './jsonFile';

/** Calls `onNewer` if a newer version of the app wrote the file. */
export type DispensableContext = JsonFileContext & { onNewer: (error: AppError) => void };

/**
 * A JSON file that the app can work without. A file from a newer version is left unchanged: for this run of the app it
 * counts as absent, and nothing is written.
 */
export class OptionalJsonFile<S extends z.ZodMiniType> {
  private isNewer = false;

  constructor(
    private readonly file: string,
    private readonly spec: JsonFileSpec<S>,
    private readonly context: DispensableContext,
  ) {}

  /** Like `readJsonFile`, but never throws `NewerFile`. */
  async read(): Promise<z.output<S> | null> {
    try {
      return await readJsonFile(this.file, this.spec, this.context);
    } catch (error) {
      if (!(error instanceof AppFailure) || error.error.code !== NEWER_FILE) throw error;
      this.isNewer = true;
      this.context.onNewer(error.error);
      return null;
    }
  }

  /** Call only after `read`. */
  async write(content: z.output<S>): Promise<void> {
    if (!this.isNewer) await writeJsonFile(this.file, content);
  }
}
