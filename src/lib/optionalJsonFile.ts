import type * as z from 'zod/mini';
import { AppFailure, type AppError } from '../shared/appError';
import { NEWER_FILE } from '../shared/text/storageErrors';
import { readJsonFile, writeJsonFile, type JsonFileContext, type JsonFileSpec } from './jsonFile';

/** `onNewer` is told when a newer version of the app wrote the file. */
export type DispensableContext = JsonFileContext & { onNewer: (error: AppError) => void };

/**
 * A JSON file that the app can work without. One that a newer version wrote is left as it is: for this run of the app it counts
 * as absent, and nothing is written.
 */
export class OptionalJsonFile<S extends z.ZodMiniType> {
  private isNewer = false;

  constructor(
    private readonly file: string,
    private readonly spec: JsonFileSpec<S>,
    private readonly context: DispensableContext,
  ) {}

  /** As `readJsonFile`, but never `NewerFile`. */
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

  /** To be called after `read` only. */
  async write(content: z.output<S>): Promise<void> {
    if (!this.isNewer) await writeJsonFile(this.file, content);
  }
}
