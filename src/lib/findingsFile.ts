import type * as z from 'zod/mini';
import { OptionalJsonFile, type DispensableContext } from './optionalJsonFile';
import type { JsonFileSpec } from './jsonFile';
import { Remembered } from './remembered';

/** More destinations than any user has; beyond this, the least recently written one is dropped. */
const MOST = 1000;

type Content<F> = { version: number; destinations: Record<string, F> };

/** What was learned about each destination, in one JSON file that the app can work without. */
export class FindingsFile<F> {
  private readonly kept: OptionalJsonFile<z.ZodMiniType<Content<F>>>;
  private readonly loaded: Remembered<Map<string, F>>;

  constructor(
    file: string,
    private readonly spec: JsonFileSpec<z.ZodMiniType<Content<F>>>,
    context: DispensableContext,
  ) {
    this.kept = new OptionalJsonFile(file, spec, context);
    this.loaded = new Remembered(
      async () => new Map(Object.entries((await this.kept.read())?.destinations ?? {})),
    );
  }

  /** @throws the system's error if the file cannot be read */
  async recall(destination: string): Promise<F | undefined> {
    return (await this.loaded.get()).get(destination);
  }

  /**
   * Replaces the findings about one destination. Resolves once they are on disk.
   * @throws the system's error if the file cannot be read or written
   */
  async remember(destination: string, findings: F): Promise<void> {
    const all = await this.loaded.get();
    all.delete(destination);
    all.set(destination, findings);
    for (const oldest of all.keys()) if (all.size > MOST) all.delete(oldest);
    await this.kept.write({ version: this.spec.version, destinations: Object.fromEntries(all) });
  }
}
