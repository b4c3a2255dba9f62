import { createInterface } from 'node:readline';
import * as z from 'zod/mini';
import {
  actionsFileSchema,
  frameSchema,
  manifestSchema,
  screenshotSchema,
  sessionHeaderSchema,
  type Manifest,
  type SessionHeader,
} from '../src/shared/session';
import {
  actionProblems,
  clockProblems,
  frameRule,
  redactionProblems,
  redactionsOf,
  screenshotRule,
  type Redacted,
} from './rules';
import { ZipReader } from './zipReader';

/** `file`: the entry it is about, absent for the zip as a whole; `what`: one sentence. */
export type Problem = { file?: string; what: string };

/** What a bundle holds, and everything that is wrong with it; none: it is valid. */
export type Verdict = {
  problems: Problem[];
  sessionId?: string;
  state?: SessionHeader['state'];
  actions: number;
  frames: number;
  screenshots: number;
  segments: number;
};

/** More of one kind are counted, not listed: a damaged log has one per line. */
const LISTED_PER_FILE = 20;

const REQUIRED = ['session.json', 'actions.json', 'report.html', 'manifest.json'] as const;
const MAGIC: Record<string, (head: Buffer) => boolean> = {
  jpg: (head) => head.subarray(0, 3).equals(Buffer.from([0xff, 0xd8, 0xff])),
  mp4: (head) => head.subarray(4, 8).toString('latin1') === 'ftyp',
  webm: (head) => head.subarray(0, 4).equals(Buffer.from([0x1a, 0x45, 0xdf, 0xa3])),
};

/** Judges a bundle by docs/bundle-format.md. Memory: its actions; everything else is streamed. */
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
  private redactions: Redacted[] = [];

  constructor(
    private readonly zip: ZipReader,
    private readonly verdict: Verdict,
  ) {}

  async run(): Promise<void> {
    const { zip } = this;
    this.checkDirectory();
    for (const name of REQUIRED) if (!zip.has(name)) this.tell(name, 'It is missing.');
    const header = await this.readJson('session.json', sessionHeaderSchema);
    await this.checkContents(await this.readJson('manifest.json', manifestSchema), header);
    await this.checkActions(header);
    await this.checkLines('frames.jsonl', frameSchema, frameRule(zip));
    await this.checkLines('screenshots.jsonl', screenshotSchema, screenshotRule(zip, this.redactions));
    if (header) this.checkHeader(header);
    for (const [name, count] of this.told)
      if (count > LISTED_PER_FILE)
        this.verdict.problems.push({ file: name, what: `… and ${count - LISTED_PER_FILE} more.` });
  }

  private tell(file: string | undefined, what: string): void {
    const count = (this.told.get(file ?? '') ?? 0) + 1;
    this.told.set(file ?? '', count);
    if (count <= LISTED_PER_FILE) this.verdict.problems.push({ file, what });
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

  /** Every entry against the manifest, and by its first bytes. */
  private async checkContents(
    manifest: Manifest | undefined,
    header: SessionHeader | undefined,
  ): Promise<void> {
    const promised = new Map(manifest?.files.map((file) => [file.path, file]));
    for (const { name, size } of this.zip.entries) {
      if (name === 'manifest.json') continue;
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
      const { sha256, head } = await this.zip.sha256(name);
      if (expected && expected.size !== size)
        this.tell(name, `It has ${size} bytes, the manifest says ${expected.size}.`);
      if (expected && expected.sha256 !== sha256) this.tell(name, 'Its SHA-256 is not the manifest’s.');
      const isKind = MAGIC[name.slice(name.lastIndexOf('.') + 1)];
      if (isKind && !isKind(head)) this.tell(name, 'Its first bytes are not those of such a file.');
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
    // An empty list stands in the place of lost actions.
    for (const name of header.missing ?? [])
      if (name !== 'actions.json' && zip.has(name))
        this.tell('session.json', `It calls ${name} missing, which is there.`);
    for (const problem of clockProblems(header)) this.tell('session.json', problem);
  }

  private async checkActions(header: SessionHeader | undefined): Promise<void> {
    const file = await this.readJson('actions.json', actionsFileSchema);
    if (!file) return;
    this.verdict.actions = file.actions.length;
    if (header && file.sessionId !== header.sessionId)
      this.tell(
        'actions.json',
        `It is about session ${file.sessionId}, the header about ${header.sessionId}.`,
      );
    this.redactions = redactionsOf(file.actions);
    for (const problem of actionProblems(file.actions, header)) this.tell('actions.json', problem);
    for (const problem of redactionProblems(file.actions)) this.tell('actions.json', problem);
  }

  private async readJson<S extends z.ZodMiniType>(name: string, schema: S): Promise<z.output<S> | undefined> {
    if (!this.zip.has(name)) return undefined;
    try {
      const parsed = z.safeParse(schema, JSON.parse(await this.zip.text(name)));
      if (parsed.success) return parsed.data;
      for (const { path, message } of parsed.error.issues) this.tell(name, `${path.join('.')}: ${message}`);
    } catch (error) {
      this.tell(name, `It is not JSON: ${String(error)}`);
    }
    return undefined;
  }

  private async checkLines<S extends z.ZodMiniType>(
    name: 'frames.jsonl' | 'screenshots.jsonl',
    schema: S,
    rule: (entry: z.output<S>) => string | undefined,
  ): Promise<void> {
    if (!this.zip.has(name)) return;
    let number = 0;
    for await (const line of createInterface({ input: await this.zip.stream(name), crlfDelay: Infinity })) {
      number += 1;
      const parsed = parseLine(schema, line);
      const problem = parsed === undefined ? 'It is no entry of this file.' : rule(parsed);
      if (problem) this.tell(name, `Line ${number}: ${problem}`);
      this.verdict[name === 'frames.jsonl' ? 'frames' : 'screenshots'] += 1;
    }
  }
}

function parseLine<S extends z.ZodMiniType>(schema: S, line: string): z.output<S> | undefined {
  try {
    const parsed = z.safeParse(schema, JSON.parse(line));
    return parsed.success ? parsed.data : undefined;
  } catch {
    // No JSON: told as a line that is no entry.
    return undefined;
  }
}
