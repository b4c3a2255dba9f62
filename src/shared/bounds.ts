import * as z from 'zod/mini';

/*
 * All numbers and texts in schemas are defined here, so that each has bounds: values beyond them in a file, a page's
 * call or a server's reply count as damage. `tests/shared/bounds.test.ts` checks all schemas.
 */

/** Maximum length of a text by its kind, in UTF-16 code units. */
export const LONGEST = {
  /** Tokens, codes, versions, hashes. */
  word: 200,
  /** Names of apps, displays and sources; paths inside a bundle. */
  name: 1000,
  /** Window titles. */
  title: 4096,
  /** Sentences for a person, paths on a disk, names of a server's objects. */
  line: 10_000,
  /** Raw facts of an error. */
  details: 100_000,
} as const;

/** S3's maximum object size: 5 TiB. */
export const MAX_OBJECT_BYTES = 5 * 2 ** 40;
/** Larger than any file on a personal computer: 1 PiB. */
const MAX_FILE_BYTES = 2 ** 50;
/** 9999-12-31: within the range of `Date`, and shown by every calendar. */
export const MAX_EPOCH_MS = 253_402_300_799_999;
/** The range of `Date` in both directions. */
const MAX_DATE_MS = 8.64e15;
/** No session lasts longer than a year. */
const MAX_SESSION_US = 366 * 86_400 * 1_000_000;
/** Clocks are matched by readings, so an event may seem to precede the session's start. */
const EARLIEST_US = -3_600 * 1_000_000;
const MAX_PIXELS = 10_000_000;
const MAX_COUNT = 1_000_000_000;

const text = (most: number) => z.string().check(z.maxLength(most));
const intBetween = (least: number, most: number) => z.int().check(z.gte(least), z.lte(most));
const numberBetween = (least: number, most: number) => z.number().check(z.gte(least), z.lte(most));

export const word = text(LONGEST.word);
export const name = text(LONGEST.name);
export const title = text(LONGEST.title);
export const line = text(LONGEST.line);
export const details = text(LONGEST.details);
/** A text that matches a pattern. @param what names the expected form in the error message */
export const matching = (pattern: RegExp, what: string, most: number) =>
  z.string().check(z.maxLength(most), z.regex(pattern, `not a ${what}`));
export { text, intBetween, numberBetween };

/** Integer microseconds since session start on the monotonic clock. */
export const tUs = intBetween(EARLIEST_US, MAX_SESSION_US);
/** Epoch milliseconds of a clock that may be wrong, but not absurd. */
export const epochMs = numberBetween(0, MAX_EPOCH_MS);
/** A file's time in epoch milliseconds; file systems may report any value. */
export const fileTimeMs = numberBetween(-MAX_DATE_MS, MAX_DATE_MS);
/** A duration in milliseconds, or `performance.now()`. Negative if clocks disagree. */
export const lengthMs = numberBetween(EARLIEST_US / 1000, MAX_SESSION_US / 1000);
export const fileBytes = intBetween(0, MAX_FILE_BYTES);
export const objectBytes = intBetween(0, MAX_OBJECT_BYTES);
export const count = intBetween(0, MAX_COUNT);
/** Physical pixels. */
export const coordinate = numberBetween(-MAX_PIXELS, MAX_PIXELS);
export const extent = numberBetween(0, MAX_PIXELS);

/**
 * A list of at most `most` items. Stops at the first invalid one: zod keeps an issue for each, and a file of 16 MiB can
 * have millions of them.
 */
export function list<S extends z.ZodMiniType>(item: S, most: number) {
  const schema = z.array(item).check(z.maxLength(most));
  const parse = schema._zod.parse;
  schema._zod.parse = (payload, context) => {
    const { value: given } = payload as { value: unknown };
    if (!Array.isArray(given) || given.length > most) return parse(payload, context);
    const sound: z.output<S>[] = [];
    for (const [index, value] of given.entries()) {
      const result = item._zod.run({ value, issues: [] }, context) as z.core.ParsePayload<z.output<S>>;
      if (result.issues.length > 0) {
        for (const issue of z.core.util.prefixIssues(index, result.issues)) payload.issues.push(issue);
        return payload;
      }
      sound.push(result.value);
    }
    payload.value = sound;
    return payload;
  };
  return schema;
}

/** An object with any keys, at most `most` of them. */
export function record<V extends z.ZodMiniType>(key: z.ZodMiniString, value: V, most: number) {
  const schema = z.record(key, value);
  const { parse } = schema._zod;
  schema._zod.run = (payload, context) => {
    const { value: given } = payload as { value: unknown };
    if (typeof given !== 'object' || given === null || Object.keys(given).length <= most)
      return parse(payload, context);
    payload.issues.push({ code: 'too_big', origin: 'record', maximum: most, input: given, inst: schema });
    return payload;
  };
  return schema;
}

/** The first `most` code units of a text, without splitting a surrogate pair. */
export function clip(value: string, most: number): string {
  return value.length <= most ? value : value.slice(0, most).replace(/[\uD800-\uDBFF]$/, '');
}
