import prettyBytes from 'pretty-bytes';
import type { AppError } from '../../shared/appError';
import type { Clock, Timer } from '../../shared/runtime';
import { SpeedMeter } from '../../upload/queue/speedMeter';
import { printable, type SkippedPath } from './scan';

/** Where output goes. `columns`: width of the terminal that shows the progress; absent without a terminal. */
export type Outputs = {
  out(text: string): void;
  err(text: string): void;
  columns?: number;
};

export type Counts = {
  files: number;
  bytes: number;
  uploaded: number;
  unchanged: number;
  failed: number;
  skipped: number;
  /** Bytes of uploaded and unchanged files, plus the bytes sent so far of the current ones. */
  bytesDone: number;
  /** Whether all files have been found. */
  isWhole: boolean;
};

/** How a report names a file. */
export type Named = { path: string; key: string };
export type Wait = { kind: 'network' | 'throttled' | 'sign-in'; message: string; untilMs?: number };

/** Reports progress and results to a person or a program. */
export type Report = {
  begin(to: string): void;
  skipped(path: SkippedPath): void;
  /** `--dry-run` only. */
  wouldUpload(file: Named): void;
  uploaded(file: Named & { bytes: number }): void;
  unchanged(file: Named): void;
  failed(file: Named, error: AppError): void;
  waiting(wait: Wait): void;
  goesOn(): void;
  warning(error: AppError): void;
  progress(counts: Counts): void;
  end(counts: Counts, exitCode: number, error?: AppError): void;
  endDryRun(counts: Counts, exitCode: number): void;
  /** Writes buffered lines. */
  flush(): void;
};

/** Each write wakes the program that reads the lines, which costs more than uploading a small file. */
const WRITE_EVERY_MS = 100;

/** One JSON object per line, see docs/upload-command.md. Lines are written in batches, ten times a second. */
export class JsonReport implements Report {
  private lines: string[] = [];
  private timer: Timer | undefined;

  constructor(
    private readonly outputs: Outputs,
    private readonly clock: Pick<Clock, 'now' | 'setTimeout' | 'clearTimeout'>,
  ) {}

  begin = (to: string) => this.tell('begin', { to });
  skipped = (path: SkippedPath) => this.tell('skipped', path);
  wouldUpload = (file: Named) => this.tell('would-upload', file);
  uploaded = (file: object) => this.tell('uploaded', file);
  unchanged = (file: Named) => this.tell('unchanged', file);
  failed = (file: Named, error: AppError) => this.tell('failed', { ...file, error });
  waiting = (wait: Wait) => this.tell('waiting', { ...wait });
  goesOn = () => this.tell('goes-on', {});
  warning = (error: AppError) => this.tell('warning', { error });
  progress = (counts: Counts) => this.tell('progress', counts);

  end(counts: Counts, exitCode: number, error?: AppError): void {
    this.tell('end', { ...counts, exitCode, ...(error && { error }) });
    this.flush();
  }

  endDryRun(counts: Counts, exitCode: number): void {
    this.end(counts, exitCode);
  }

  flush(): void {
    if (this.timer) this.clock.clearTimeout(this.timer);
    this.timer = undefined;
    if (this.lines.length > 0) this.outputs.out(`${this.lines.join('\n')}\n`);
    this.lines = [];
  }

  private tell(event: string, facts: object): void {
    this.timer ??= this.clock.setTimeout(() => this.flush(), WRITE_EVERY_MS);
    this.lines.push(JSON.stringify({ event, at: this.clock.now(), ...facts }));
  }
}

/** Interval of progress lines without a terminal. */
const PLAIN_EVERY_MS = 15_000;

/** Sentences for a person: a progress bar on a terminal, otherwise a line now and then. */
export class TextReport implements Report {
  private readonly meter = new SpeedMeter();
  private drawn = false;
  private toldAtMs: number;
  private lastBytes = 0;
  private wait: string | null = null;

  constructor(
    private readonly outputs: Outputs,
    private readonly clock: Pick<Clock, 'monotonicUs'>,
  ) {
    this.toldAtMs = this.nowMs();
  }

  begin = () => undefined;
  flush = () => undefined;
  wouldUpload = ({ path, key }: Named) => this.outputs.out(`${path} → ${key}\n`);
  uploaded = () => undefined;
  unchanged = () => undefined;
  skipped = ({ path, message }: SkippedPath) => this.line(`Skipped: ${path}: ${message}`);
  failed = ({ path }: Named, error: AppError) => this.line(`Failed: ${path}: ${sentences(error)}`);
  warning = (error: AppError) => this.line(`Warning: ${sentences(error)}`);

  waiting({ message }: Wait): void {
    if (this.wait !== message) this.line(message);
    this.wait = message;
  }

  goesOn(): void {
    if (this.wait !== null) this.line('Uploading again.');
    this.wait = null;
  }

  progress(counts: Counts): void {
    const nowMs = this.nowMs();
    this.lastBytes = Math.max(this.lastBytes, counts.bytesDone);
    this.meter.add(this.lastBytes, nowMs);
    const { columns } = this.outputs;
    if (columns !== undefined) {
      this.outputs.err(`\r${this.bar(counts, columns - 1)}\x1b[K`);
      this.drawn = true;
    } else if (nowMs - this.toldAtMs >= PLAIN_EVERY_MS) {
      this.toldAtMs = nowMs;
      this.outputs.err(`${this.bar(counts, Infinity)}\n`);
    }
  }

  end(counts: Counts, exitCode: number, error?: AppError): void {
    this.clear();
    if (error) this.outputs.err(`${sentences(error)}\n`);
    this.outputs.out(`${summary(counts)}\n`);
    const left = counts.files - counts.uploaded - counts.unchanged;
    if (counts.files === 0 && counts.isWhole) this.outputs.err('No file was found to upload.\n');
    if (exitCode === 0 || left === 0) return;
    const fix = counts.failed > 0 ? 'Fix what failed, then run' : 'Run';
    this.outputs.err(
      `${fix} the same command again to upload the rest. Uploaded files are not sent again.\n`,
    );
  }

  endDryRun({ files, bytes, skipped }: Counts): void {
    const notUploaded = skipped > 0 ? `, ${skipped} skipped` : '';
    const found = `${files} ${files === 1 ? 'file' : 'files'} (${prettyBytes(bytes)})`;
    this.outputs.out(
      `${found} would be uploaded${notUploaded}. Files that are in the bucket are not sent again.\n`,
    );
  }

  /**
   * Shows as much as fits, the most important first. A number is never cut, because it would read as another number.
   */
  private bar(counts: Counts, width: number): string {
    const { files, uploaded, unchanged, failed, bytes, bytesDone, isWhole } = counts;
    const share = isWhole && bytes > 0 ? Math.min(1, bytesDone / bytes) : undefined;
    const percent = share === undefined ? '' : `${Math.floor(share * 100)} %`;
    const bar = share === undefined ? '' : `[${'='.repeat(Math.round(share * 20)).padEnd(20)}] ${percent}`;
    const count = `${uploaded + unchanged + failed} of ${files}${isWhole ? '' : '+'} files`;
    const size = `${prettyBytes(bytesDone)} of ${prettyBytes(bytes)}`;
    const bytesPerSecond = this.meter.bytesPerSecond(this.nowMs());
    const speed = bytesPerSecond === undefined ? '' : `${prettyBytes(bytesPerSecond)}/s`;
    const trouble = failed > 0 ? `${failed} failed` : '';
    const lines = [
      [bar, count, size, speed, trouble],
      [bar, count, size, trouble],
      [percent, count, size, trouble],
      [percent, count, trouble],
      [percent, trouble],
      [percent],
    ];
    const texts = lines.map((pieces) => pieces.filter(Boolean).join('  '));
    return texts.find(({ length }) => length <= width) ?? '';
  }

  private line(text: string): void {
    this.clear();
    this.outputs.err(`${printable(text)}\n`);
  }

  private clear(): void {
    if (this.drawn) this.outputs.err('\r\x1b[K');
    this.drawn = false;
  }

  private nowMs(): number {
    return this.clock.monotonicUs() / 1000;
  }
}

function sentences({ message, action }: AppError): string {
  return action ? `${message} ${action}` : message;
}

function summary({ uploaded, unchanged, failed, skipped, files, bytesDone }: Counts): string {
  const left = files - uploaded - unchanged - failed;
  const parts = [
    `${uploaded} uploaded`,
    `${unchanged} unchanged`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
    ...(left > 0 ? [`${left} not uploaded yet`] : []),
  ];
  return `${parts.join(', ')} (${prettyBytes(bytesDone)}).`;
}
