import * as z from 'zod/mini';
import {
  actionSchema,
  actionsFileSchema,
  frameSchema,
  manifestFileSchema,
  manifestSchema,
  screenshotSchema,
  sessionHeaderSchema,
  type Manifest,
  type SessionHeader,
} from '../src/shared/session';
import {
  actionProblems,
  clockProblems,
  detailProblems,
  frameRule,
  redactionProblems,
  redactionsOf,
  screenshotRule,
  type Redacted,
} from './rules';
import { ZipReader } from './zipReader';

/** `file`: the affected entry, absent for the zip as a whole; `what`: one sentence. */
export type Problem = { file?: string; what: string };

/** A bundle's contents and all its problems; without problems it is valid. */
export type Verdict = {
  problems: Problem[];
  sessionId?: string;
  state?: SessionHeader['state'];
  actions: number;
  frames: number;
  screenshots: number;
  segments: number;
};

/** Further problems of one kind are counted, not listed: a damaged log has one per line. */
const LISTED_PER_FILE = 20;
const LISTED_IN_ALL = 1000;
/** Validation of a list stops after this many invalid entries. */
const MOST_BAD = 10_000;

const MIB = 1024 * 1024;
/** Size limits of text that is parsed in memory; no real session exceeds them. */
const MAX_BYTES = { 'session.json': 16 * MIB, 'manifest.json': 128 * MIB, 'actions.json': 384 * MIB };

/** Up to this many values are parsed regardless of their size. */
const FEW_VALUES = 1_000_000;
const LEAST_BYTES = 6;
const [QUOTE, BACKSLASH, COMMA, BRACKET, BRACE] = [34, 92, 44, 91, 123];

const REQUIRED = ['session.json', 'actions.json', 'report.html', 'manifest.json'] as const;
const MAGIC: Record<string, (head: Buffer) => boolean> = {
  jpg: (head) => head.subarray(0, 3).equals(Buffer.from([0xff, 0xd8, 0xff])),
  mp4: (head) => head.subarray(4, 8).toString('latin1') === 'ftyp',
  webm: (head) => head.subarray(0, 4).equals(Buffer.from([0x1a, 0x45, 0xdf, 0xa3])),
};

/**
 * Validates a bundle against docs/bundle-format.md. Holds its actions in memory and streams everything else. Reads at
 * most twice the file's size, whatever sizes the file claims.
 */
export async function validateBundle(file: string): Promise<Verdict> {
  const verdict: Verdict = { problems: [], actions: 0, frames: 0, screenshots: 0, segments: 0 };
  let zip: ZipReader;
  try {
    zip = await ZipReader.open(file);
  } catch (error) {
    verdict.problems.push({ what: `It cannot be read as a zip: ${String(error)}` });
    return verdict;
  }
  try {
    await new Examination(zip, verdict).run();
  } finally {
    zip.close();
  }
  return verdict;
}

class Examination {
  private readonly told = new Map<string, number>();
  private listed = 0;
  private redactions: Redacted[] = [];

  constructor(
    private readonly zip: ZipReader,
    private readonly verdict: Verdict,
  ) {}

  async run(): Promise<void> {
    const { zip } = this;
    this.checkDirectory();
    for (const name of REQUIRED) if (!zip.has(name)) this.tell(name, 'It is missing.');
    const header = this.parsed('session.json', sessionHeaderSchema, await this.readJson('session.json'));
    await this.checkContents(await this.readManifest(), header);
    await this.checkActions(header);
    await this.checkLines('frames.jsonl', frameSchema, frameRule(zip));
    await this.checkLines('screenshots.jsonl', screenshotSchema, screenshotRule(zip, this.redactions));
    if (header) this.checkHeader(header);
    for (const [name, count] of this.told)
      if (count > LISTED_PER_FILE && this.listed <= LISTED_IN_ALL)
        this.verdict.problems.push({ file: name, what: `… and ${count - LISTED_PER_FILE} more.` });
    if (this.listed > LISTED_IN_ALL)
      this.verdict.problems.push({ what: `… and ${this.listed - LISTED_IN_ALL} more problems.` });
  }

  private tell(file: string | undefined, what: string): void {
    const count = (this.told.get(file ?? '') ?? 0) + 1;
    this.told.set(file ?? '', count);
    if (count > LISTED_PER_FILE) return;
    this.listed += 1;
    if (this.listed <= LISTED_IN_ALL) this.verdict.problems.push({ file, what });
  }

  private checkDirectory(): void {
    const { entries } = this.zip;
    const seen = new Set<string>();
    for (const { name, method } of entries) {
      if (seen.has(name)) this.tell(name, 'It stands in the zip twice.');
      if (method !== 0) this.tell(name, 'It is compressed; entries are stored.');
      seen.add(name);
    }
    if (entries.at(-1)?.name !== 'manifest.json') this.tell('manifest.json', 'It is not the last entry.');
  }

  /** Checks every entry against the manifest and by its first bytes. */
  private async checkContents(
    manifest: Manifest | undefined,
    header: SessionHeader | undefined,
  ): Promise<void> {
    const promised = new Map(manifest?.files.map((file) => [file.path, file]));
    const seen = new Set<string>();
    for (const { name, size, method } of this.zip.entries) {
      // A duplicate or compressed entry was already reported.
      if (name === 'manifest.json' || seen.has(name)) continue;
      seen.add(name);
      if (method !== 0) {
        promised.delete(name);
        continue;
      }
      const expected = promised.get(name);
      promised.delete(name);
      if (manifest && !expected) this.tell(name, 'The manifest does not name it.');
      await this.checkContent(name, size, expected);
    }
    for (const name of promised.keys()) this.tell(name, 'The manifest names it, but it is missing.');
    if (manifest && header && manifest.sessionId !== header.sessionId)
      this.tell(
        'manifest.json',
        `It is about session ${manifest.sessionId}, the header about ${header.sessionId}.`,
      );
  }

  private async checkContent(
    name: string,
    size: number,
    expected: Manifest['files'][number] | undefined,
  ): Promise<void> {
    try {
      if (expected && expected.size !== size)
        this.tell(name, `It has ${size} bytes, the manifest says ${expected.size}.`);
      if (expected && expected.sha256 !== (await this.zip.sha256(name)))
        this.tell(name, 'Its SHA-256 is not the manifest’s.');
      const kind = name.slice(name.lastIndexOf('.') + 1);
      const isKind = Object.hasOwn(MAGIC, kind) ? MAGIC[kind] : undefined;
      if (isKind && !isKind(await this.zip.head(name)))
        this.tell(name, 'Its first bytes are not those of such a file.');
    } catch (error) {
      this.tell(name, `It cannot be read: ${String(error)}`);
    }
  }

  private checkHeader(header: SessionHeader): void {
    const { zip, verdict } = this;
    verdict.sessionId = header.sessionId;
    verdict.state = header.state;
    verdict.segments = header.video?.segments.length ?? 0;
    for (const segment of header.video?.segments ?? [])
      if (!zip.has(segment)) this.tell('session.json', `It names ${segment}, which is missing.`);
    // Lost actions leave an empty list.
    for (const name of header.missing ?? [])
      if (name !== 'actions.json' && zip.has(name))
        this.tell('session.json', `It calls ${name} missing, which is there.`);
    for (const problem of [...clockProblems(header), ...detailProblems(header)])
      this.tell('session.json', problem);
  }

  private async checkActions(header: SessionHeader | undefined): Promise<void> {
    const content = await this.readJson('actions.json');
    const file = this.parsed('actions.json', actionsFileSchema, withoutList(content, 'actions'));
    const actions = this.items('actions.json', actionSchema, content, 'actions');
    if (!file) return;
    this.verdict.actions = actions.length;
    if (header && file.sessionId !== header.sessionId)
      this.tell(
        'actions.json',
        `It is about session ${file.sessionId}, the header about ${header.sessionId}.`,
      );
    this.redactions = redactionsOf(actions);
    for (const problem of actionProblems(actions, header)) this.tell('actions.json', problem);
    for (const problem of redactionProblems(actions)) this.tell('actions.json', problem);
  }

  private async readManifest(): Promise<Manifest | undefined> {
    const content = await this.readJson('manifest.json');
    const file = this.parsed('manifest.json', manifestSchema, withoutList(content, 'files'));
    const files = this.items('manifest.json', manifestFileSchema, content, 'files');
    return file && { ...file, files };
  }

  private async readJson(name: keyof typeof MAX_BYTES): Promise<unknown> {
    if (!this.zip.has(name)) return undefined;
    try {
      const text = await this.zip.text(name, MAX_BYTES[name]);
      if (isTooDense(text)) return void this.tell(name, 'It holds more values than its size allows.');
      return JSON.parse(text) as unknown;
    } catch (error) {
      this.tell(name, `It is not JSON: ${String(error)}`);
      return undefined;
    }
  }

  private parsed<S extends z.ZodMiniType>(
    name: string,
    schema: S,
    content: unknown,
  ): z.output<S> | undefined {
    if (content === undefined) return undefined;
    const parsed = z.safeParse(schema, content);
    if (parsed.success) return parsed.data;
    for (const { path, message } of parsed.error.issues) this.tell(name, `${path.join('.')}: ${message}`);
    return undefined;
  }

  /** The valid entries of a list, one at a time: millions of invalid ones must not be held as issues. */
  private items<S extends z.ZodMiniType>(
    name: string,
    schema: S,
    content: unknown,
    list: string,
  ): z.output<S>[] {
    const values = (content as Record<string, unknown> | undefined | null)?.[list];
    if (!Array.isArray(values)) return [];
    const sound: z.output<S>[] = [];
    let bad = 0;
    for (const [index, value] of values.entries()) {
      const parsed = z.safeParse(schema, value);
      if (parsed.success) sound.push(parsed.data);
      else if (++bad <= MOST_BAD) {
        const issue = parsed.error.issues[0]!;
        this.tell(name, `${[list, index, ...issue.path].join('.')}: ${issue.message}`);
      } else break;
    }
    if (bad > MOST_BAD) this.verdict.problems.push({ file: name, what: 'It is not judged any further.' });
    return sound;
  }

  private async checkLines<S extends z.ZodMiniType>(
    name: 'frames.jsonl' | 'screenshots.jsonl',
    schema: S,
    rule: (entry: z.output<S>) => string | undefined,
  ): Promise<void> {
    if (!this.zip.has(name)) return;
    let number = 0;
    try {
      for await (const line of this.zip.lines(name)) {
        number += 1;
        const parsed = line === null ? undefined : parseLine(schema, line);
        const problem = parsed === undefined ? 'It is no entry of this file.' : rule(parsed);
        if (problem) this.tell(name, `Line ${number}: ${problem}`);
        this.verdict[name === 'frames.jsonl' ? 'frames' : 'screenshots'] += 1;
      }
    } catch (error) {
      this.tell(name, `It cannot be read: ${String(error)}`);
    }
  }
}

/**
 * Whether a text has so many values that parsing would take many times its size in memory, e.g. a list of `[]`. A
 * session's values have names and take eight bytes or more each.
 */
function isTooDense(text: string): boolean {
  const most = FEW_VALUES + text.length / LEAST_BYTES;
  let values = 0;
  let isInText = false;
  for (let at = 0; at < text.length && values <= most; at += 1) {
    const character = text.charCodeAt(at);
    if (character === QUOTE) isInText = !isInText;
    else if (isInText) at += character === BACKSLASH ? 1 : 0;
    else if (character === COMMA || character === BRACKET || character === BRACE) values += 1;
  }
  return values > most;
}

/** A file with its long list replaced by an empty one. */
function withoutList(content: unknown, list: string): unknown {
  const isFilled = typeof content === 'object' && content !== null && Array.isArray(content[list as never]);
  return isFilled ? { ...content, [list]: [] } : content;
}

function parseLine<S extends z.ZodMiniType>(schema: S, line: string): z.output<S> | undefined {
  try {
    const parsed = z.safeParse(schema, JSON.parse(line));
    return parsed.success ? parsed.data : undefined;
  } catch {
    // Not JSON: reported as an invalid line.
    return undefined;
  }
}
