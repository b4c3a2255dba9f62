import * as z from 'zod/mini';
import { epochMs, line, record } from '../../../shared/bounds';
import type { DispensableContext } from '../../../lib/optionalJsonFile';
import { FindingsFile } from '../../../lib/findingsFile';
import { isRecent } from '../../../lib/findingAge';
import type { Logger } from '../../../shared/runtime';
import { destinationId } from './destinationId';
import { ServerClock } from './serverClock';

/** When each feature was last found to be refused. */
const refusedSchema = z.object({
  /** `x-amz-checksum-mode` on HEAD. */
  checksumMode: z.optional(epochMs),
  /** HEAD itself, where only GET is answered. */
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

/** What each destination was found to refuse, by `destinationId`. */
export type DialectMemory = {
  recall(destination: string): Promise<Refused | undefined>;
  remember(destination: string, refused: Refused): Promise<void>;
};

/** Keeps the findings in one JSON file; without it each costs a refused request. */
export function createDialectMemory(file: string, context: DispensableContext): DialectMemory {
  const spec = { what: 'findings about your server', version: 1, schema: dialectsFileSchema };
  return new FindingsFile<Refused>(file, spec, context);
}

type DialectParts = {
  /** Epoch milliseconds. */
  now: () => number;
  /** Where findings outlive the app, and what is told when they cannot. */
  kept?: { memory: DialectMemory; destination: string; log: Pick<Logger, 'warn'> };
};

/**
 * What one destination was found not to take, and how far its clock is from this computer's. Every store and every link to
 * it shares one dialect, so that each finding is made once. A refusal counts for some days, since servers are mended.
 */
export class Dialect {
  readonly clock = new ServerClock();
  private refused: Refused = {};
  private loading: Promise<void> | undefined;

  constructor(private readonly parts: DialectParts) {}

  /** Resolves when what is remembered is known. Never rejects: without it, each refusal is found again. */
  ready(): Promise<void> {
    return (this.loading ??= this.load());
  }

  /** Whether a feature may be used. To be asked after `ready`. */
  takes(feature: Feature): boolean {
    return !isRecent(this.refused[feature], this.parts.now());
  }

  /** Notes that a feature is refused. Resolves when that is on disk, or cannot be kept there. */
  async refuses(feature: Feature): Promise<void> {
    if (!this.takes(feature)) return;
    this.refused = { ...this.refused, [feature]: this.parts.now() };
    await this.keep();
  }

  /** Has every feature tried again. */
  async forget(): Promise<void> {
    await this.ready();
    if (Object.keys(this.refused).length === 0) return;
    this.refused = {};
    await this.keep();
  }

  private async load(): Promise<void> {
    const { kept } = this.parts;
    try {
      // What was found meanwhile is newer.
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

/** One dialect for each destination, for as long as the app runs. */
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
