import * as z from 'zod/mini';
import { epochMs, line, record } from '../../../shared/bounds';
import type { DispensableContext } from '../../../lib/optionalJsonFile';
import { FindingsFile } from '../../../lib/findingsFile';
import { isRecent } from '../../../lib/findingAge';
import type { Logger } from '../../../shared/runtime';
import { destinationId } from './destinationId';
import { ServerClock } from './serverClock';

/** When each feature was last refused. */
const refusedSchema = z.object({
  /** `x-amz-checksum-mode` on HEAD. */
  checksumMode: z.optional(epochMs),
  /** HEAD itself, if the server only answers GET. */
  headRequests: z.optional(epochMs),
  /** `Expect: 100-continue`. */
  expectContinue: z.optional(epochMs),
  /** `x-amz-content-sha256: UNSIGNED-PAYLOAD` over https. */
  unsignedPayload: z.optional(epochMs),
  /** `response-content-disposition` in a link. */
  namedDownloads: z.optional(epochMs),
});

type Refused = z.infer<typeof refusedSchema>;
export type Feature = keyof Refused;

export const dialectsFileSchema = z.object({
  version: z.literal(1),
  destinations: record(line, refusedSchema, 10_000),
});

/** What each destination refuses, by `destinationId`. */
export type DialectMemory = {
  recall(destination: string): Promise<Refused | undefined>;
  remember(destination: string, refused: Refused): Promise<void>;
};

/** Keeps the findings in one JSON file; without it, finding each again costs one refused request. */
export function createDialectMemory(file: string, context: DispensableContext): DialectMemory {
  const spec = { what: 'findings about your server', version: 1, schema: dialectsFileSchema };
  return new FindingsFile<Refused>(file, spec, context);
}

type DialectParts = {
  /** Epoch milliseconds. */
  now: () => number;
  /** Where findings are stored, and the log for failures to do so. */
  kept?: { memory: DialectMemory; destination: string; log: Pick<Logger, 'warn'> };
};

/**
 * What one destination does not accept, and the offset of its clock. All stores and links of a destination share one
 * dialect, so that each finding is made once. A refusal expires after some days, because servers get fixed.
 */
export class Dialect {
  readonly clock = new ServerClock();
  private refused: Refused = {};
  private loading: Promise<void> | undefined;

  constructor(private readonly parts: DialectParts) {}

  /** Resolves once the stored findings are loaded. Never rejects: without them, each refusal is found again. */
  ready(): Promise<void> {
    return (this.loading ??= this.load());
  }

  /** Whether a feature may be used. Call after `ready`. */
  takes(feature: Feature): boolean {
    return !isRecent(this.refused[feature], this.parts.now());
  }

  /** Records that a feature is refused. Resolves once that is on disk, or could not be stored. */
  async refuses(feature: Feature): Promise<void> {
    if (!this.takes(feature)) return;
    this.refused = { ...this.refused, [feature]: this.parts.now() };
    await this.keep();
  }

  /** Makes every feature be tried again. */
  async forget(): Promise<void> {
    await this.ready();
    if (Object.keys(this.refused).length === 0) return;
    this.refused = {};
    await this.keep();
  }

  private async load(): Promise<void> {
    const { kept } = this.parts;
    try {
      // Findings made meanwhile are newer.
      this.refused = { ...(await kept?.memory.recall(kept.destination)), ...this.refused };
    } catch (error) {
      kept?.log.warn('what the server refuses is not remembered', { error: String(error) });
    }
  }

  private async keep(): Promise<void> {
    const { kept } = this.parts;
    try {
      await kept?.memory.remember(kept.destination, this.refused);
    } catch (error) {
      kept?.log.warn('what the server refuses could not be kept', { error: String(error) });
    }
  }
}

/** One dialect per destination, for the lifetime of the app. */
export class Dialects {
  private readonly known = new Map<string, Dialect>();

  constructor(
    private readonly parts: { now: () => number; memory?: DialectMemory; log: Pick<Logger, 'warn'> },
  ) {}

  of(place: Parameters<typeof destinationId>[0]): Dialect {
    const { now, memory, log } = this.parts;
    const destination = destinationId(place);
    const found =
      this.known.get(destination) ?? new Dialect({ now, kept: memory && { memory, destination, log } });
    this.known.set(destination, found);
    return found;
  }
}
