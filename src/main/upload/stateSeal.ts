import { createHmac, timingSafeEqual } from 'node:crypto';
import * as z from 'zod/mini';
import { matching } from '../../shared/bounds';
import { readJsonFile, writeJsonFile, type JsonFileContext, type JsonFileSpec } from '../../lib/jsonFile';
import type { Random } from '../../shared/runtime';

export const sealSchema = z.object({ version: z.literal(1), key: matching(/^[0-9a-f]{64}$/, 'key', 64) });
const spec = { what: 'seal of upload states', version: 1, schema: sealSchema } satisfies JsonFileSpec<
  typeof sealSchema
>;

/** Tells states that this installation of the app wrote from states in copied folders. */
export type StateSeal = {
  sign(content: object): string;
  fits(content: object, seal: unknown): boolean;
};

/** `isNew`: no seal existed before, so nothing is sealed yet. `keep` saves the seal. */
export type OpenedSeal = { seal: StateSeal; isNew: boolean; keep: () => Promise<void> };

/**
 * Opens this installation's seal: a random key in the data folder, outside of the sessions' folders. A damaged seal is
 * set aside and reported; a new one replaces it, which matches nothing written before.
 */
export async function openStateSeal(
  file: string,
  context: JsonFileContext & { random: Pick<Random, 'hex'> },
): Promise<OpenedSeal> {
  let isDamaged = false;
  const onQuarantine: JsonFileContext['onQuarantine'] = (damaged) => {
    isDamaged = true;
    context.onQuarantine(damaged);
  };
  const kept = await readJsonFile(file, spec, { ...context, onQuarantine });
  const key = kept?.key ?? context.random.hex(64);
  return {
    seal: sealWith(Buffer.from(key, 'hex')),
    isNew: kept === null && !isDamaged,
    keep: async () => {
      if (kept === null) await writeJsonFile(file, { version: 1, key });
    },
  };
}

function sealWith(key: Buffer): StateSeal {
  const sign = (content: object) => createHmac('sha256', key).update(JSON.stringify(content)).digest('hex');
  return {
    sign,
    fits(content, seal) {
      const expected = Buffer.from(sign(content));
      const given = Buffer.from(typeof seal === 'string' ? seal : '');
      return given.length === expected.length && timingSafeEqual(given, expected);
    },
  };
}
