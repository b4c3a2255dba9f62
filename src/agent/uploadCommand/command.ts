import { lookup } from 'mrmime';
import { AppFailure, type AppError } from '../../shared/appError';
import type { Problem } from '../../shared/problem';
import { describeProblem } from '../../shared/text/uploadErrors';
import type { Clock, Logger, Random } from '../../shared/runtime';
import type { UploadConfig } from '../../shared/upload';
import type { Job } from '../../upload/job';
import { createConnector, type Connector } from '../../upload/objectStore/s3/connector';
import { listProfiles } from '../../upload/objectStore/s3/profiles/listProfiles';
import { StorePool } from '../../upload/objectStore/storePool';
import { forgetGone } from '../../upload/queue/forgetGone';
import { JobRunner, type RunnerEvent, type WantedJob } from '../../upload/queue/jobRunner';
import { RateLimit } from '../../upload/rateLimit';
import { unforeseen } from '../../upload/uploadFailures';
import { Uploader } from '../../upload/uploader';
import type { Counts, Report } from './report';
import { findRoots, isGone, printable, scan, type FoundFile, type Root } from './scan';
import { openState, type CommandState } from './state';
import {
  profileOf,
  readConfig,
  readWishes,
  type Environment,
  type UploadOptions,
  type Wishes,
} from './options';

/** The environment of the command: variables, current folder, output and services. */
export type World = {
  env: Environment;
  cwd: string;
  clock: Clock;
  random: Random;
  log: Logger;
  hideSecret(secret: string): void;
  report: Report;
  /** Aborts to stop the uploads; finished uploads are recorded first. Its reason is the exit code. */
  stop: AbortSignal;
};

export const EXIT = { done: 0, failed: 1, wrongUse: 2 } as const;

const inWords = (problem: Problem): AppError => describeProblem(problem, 'file', 'terminal');

const DESTINATION = 'to';
/** S3 metadata that identifies the installation that uploaded an object. */
const OWNER = 'uploaded-from';
const PROGRESS_EVERY_MS = 200;

/**
 * Uploads the named files and folders.
 * @returns the exit code
 * @throws AppFailure `WrongUse`, `NoCredentials`, or the error that prevented opening the state
 */
export async function upload(options: UploadOptions, world: World): Promise<number> {
  const wishes = readWishes(options, world.env, world.cwd);
  const roots = findRoots(options.paths, world.cwd);
  if (options['dry-run']) return tellOnly(roots, wishes, world.report);
  const config = await configFor(options, wishes, world);
  const state = await openState(wishes, roots, config.endpoint, {
    ...world,
    onQuarantine: ({ what, movedTo }) =>
      world.report.warning({
        code: 'StateSetAside',
        message: `The ${what} were damaged and have been set aside as ${movedTo}.`,
        action: 'Files are looked for in the bucket anew.',
      }),
    onUnreadable: (jobId, cause) => world.log.warn('a state was set aside', { jobId, cause: String(cause) }),
  });
  const rateLimit = new RateLimit(world.clock);
  rateLimit.set(config.maxBytesPerSecond ?? null);
  const connector = createConnector({ ...world, dialects: state.dialects, rateLimit });
  try {
    const run = new UploadRun(wishes, config, { ...world, ...state, connector, rateLimit });
    return await run.finish(roots);
  } finally {
    await state.table.close();
    connector.closeAccess();
  }
}

async function configFor(
  options: UploadOptions,
  wishes: Wishes,
  { env, cwd, hideSecret }: World,
): Promise<UploadConfig> {
  const wanted = profileOf(options, env);
  const profiles = wanted === undefined ? [] : await listProfiles(env);
  const config = readConfig(options, wishes, env, {
    cwd,
    hasDefaultProfile: profiles.some(({ name, kind }) => name === 'default' && kind !== undefined),
    profileRegion: profiles.find(({ name }) => name === wanted)?.region,
  });
  for (const secret of [config.secretAccessKey, config.sessionToken]) if (secret) hideSecret(secret);
  return config;
}

/** `--dry-run`: sends and records nothing. */
function tellOnly(roots: readonly Root[], wishes: Wishes, report: Report): number {
  const counts = noCounts();
  report.begin(`s3://${wishes.bucket}/${wishes.prefix}`);
  for (const { files, skipped } of scan(roots, { ...wishes, own: wishes.stateDir })) {
    for (const path of skipped) report.skipped(path);
    for (const { source, key } of files) report.wouldUpload({ path: printable(source), key: printable(key) });
    note(counts, files, skipped.length);
  }
  const exitCode = counts.skipped > 0 ? EXIT.failed : EXIT.done;
  report.endDryRun({ ...counts, isWhole: true }, exitCode);
  return exitCode;
}

export function noCounts(): Counts {
  const none = { files: 0, bytes: 0, uploaded: 0, unchanged: 0, failed: 0, skipped: 0, bytesDone: 0 };
  return { ...none, isWhole: false };
}

function note(counts: Counts, files: readonly FoundFile[], skipped: number): void {
  counts.files += files.length;
  for (const { size } of files) counts.bytes += size;
  counts.skipped += skipped;
}

type RunParts = World & CommandState & { connector: Connector; rateLimit: RateLimit };

class UploadRun {
  private readonly counts = noCounts();
  private readonly stores: StorePool;
  private readonly runner: JobRunner;
  /** Bytes already sent, for each file that is being uploaded. */
  private readonly underWay = new Map<string, number>();
  private blocked: Problem | undefined;
  private over: () => void = () => undefined;
  private readonly isOver = new Promise<void>((resolve) => (this.over = resolve));

  constructor(
    private readonly wishes: Wishes,
    private readonly config: UploadConfig,
    private readonly parts: RunParts,
  ) {
    const { connector, table } = parts;
    this.stores = new StorePool(connector.createStore, parts.clock);
    this.runner = new JobRunner({
      ...parts,
      table,
      stores: this.stores,
      uploader: new Uploader({ ...parts, stores: this.stores }),
      configOf: async () => config,
      parallel: wishes.parallel,
      onEvent: (event) => this.note(event),
      onProgress: (jobId, { bytesAcknowledged, bytesUnderWay }) =>
        this.underWay.set(jobId, bytesAcknowledged + bytesUnderWay),
    });
    connector.onAccessWait((profile) => this.noteAccessWait(profile));
  }

  async finish(roots: readonly Root[]): Promise<number> {
    try {
      await this.uploadAll(roots);
      await this.forgetGone();
      return this.end();
    } finally {
      this.stores.close();
    }
  }

  private async uploadAll(roots: readonly Root[]): Promise<void> {
    const { report, stop, clock } = this.parts;
    report.begin(`s3://${this.config.bucket}/${this.config.keyPrefix}`);
    const tick = () => {
      report.progress(this.countsNow());
      timer = clock.setTimeout(tick, PROGRESS_EVERY_MS);
    };
    let timer = clock.setTimeout(tick, PROGRESS_EVERY_MS);
    const onStop = () => this.over();
    stop.addEventListener('abort', onStop);
    if (stop.aborted) onStop();
    try {
      await this.findAll(roots);
      await this.isOver;
    } finally {
      clock.clearTimeout(timer);
      stop.removeEventListener('abort', onStop);
      await this.runner.close();
    }
  }

  /**
   * Forgets files that were deleted since earlier runs, and aborts their unfinished uploads. Files that still exist may
   * be named again.
   */
  private async forgetGone(): Promise<void> {
    const { report, stop } = this.parts;
    if (!this.counts.isWhole || this.blocked || stop.aborted) return;
    const parts = { ...this.parts, stores: this.stores };
    let details: string;
    try {
      const left = await forgetGone(parts, DESTINATION, this.config, { isGone, stop });
      if (left === 0) return;
      details = `${left} files`;
    } catch (error) {
      // The uploads of the files are not affected.
      details = String(error);
    }
    report.warning({
      code: 'PartsLeft',
      message: 'The bucket still holds uploaded parts of files that were deleted.',
      action:
        'Run the same command again to remove them. The keys need the permission to abort multipart uploads.',
      details,
    });
  }

  private end(): number {
    const { skipped, failed } = this.counts;
    const { stop } = this.parts;
    const isFailed = skipped > 0 || failed > 0 || this.blocked !== undefined;
    const code = isFailed ? EXIT.failed : EXIT.done;
    const exitCode = stop.aborted ? (stop.reason as number) : code;
    this.parts.report.end(this.countsNow(), exitCode, this.blocked && inWords(this.blocked));
    return exitCode;
  }

  /** Queues the files page by page, while the first ones are already being uploaded. */
  private async findAll(roots: readonly Root[]): Promise<void> {
    const { report, stop, table } = this.parts;
    // Of the jobs of an earlier run, uploads only those whose files this scan finds again.
    await table.shelve();
    for (const { files, skipped } of scan(roots, { ...this.wishes, own: this.wishes.stateDir })) {
      if (stop.aborted || this.blocked) return;
      for (const path of skipped) report.skipped(path);
      note(this.counts, files, skipped.length);
      await this.runner.enqueue(files.map((file) => this.wanted(file)));
    }
    this.counts.isWhole = true;
    this.runner.begin(DESTINATION);
  }

  private wanted({ source, key, size }: FoundFile): WantedJob {
    const job: Job = {
      jobId: key,
      source,
      target: {
        key,
        contentType: lookup(key) ?? 'application/octet-stream',
        metadata: { [OWNER]: this.parts.ownerOf(source) },
        ifExists: this.wishes.overwrite ? 'replace' : 'replace-own',
        ownerEntry: OWNER,
        proof: 'reply',
      },
    };
    return { job, destinationId: DESTINATION, sizeBytes: size };
  }

  private note(event: RunnerEvent): void {
    const { report } = this.parts;
    switch (event.kind) {
      case 'ended':
        return this.noteEnd(event);
      case 'held': {
        const kind = event.reason;
        const message = `${inWords(event.problem).message} ${WAITS[kind]}`;
        return report.waiting({ kind, message, untilMs: event.untilMs });
      }
      case 'open':
        return report.goesOn();
      case 'blocked':
        this.blocked = event.problem;
        return this.over();
      case 'idle':
        if (this.counts.isWhole) this.over();
        return;
      case 'begun':
        return;
    }
  }

  private noteEnd({ how, job, state }: Extract<RunnerEvent, { kind: 'ended' }>): void {
    const { report } = this.parts;
    // The server keeps the parts of a file that is retried.
    if (how === 'again') return void this.underWay.set(job.jobId, state.bytesUploaded);
    this.underWay.delete(job.jobId);
    this.counts[how] += 1;
    const named = { path: printable(job.source), key: job.target.key };
    if (how === 'failed')
      return report.failed(named, inWords(state.problem ?? unforeseen('no problem is recorded').problem));
    this.counts.bytesDone += state.totalBytes;
    if (how === 'uploaded') report.uploaded({ ...named, bytes: state.totalBytes });
    else report.unchanged(named);
  }

  private noteAccessWait(profile: string | undefined): void {
    const { report } = this.parts;
    this.runner.noteAccessWait(DESTINATION, profile);
    if (profile === undefined) return report.goesOn();
    const message = `The profile “${printable(profile)}” gives no keys yet. Sign in with AWS’s tools; the uploads then go on.`;
    report.waiting({ kind: 'sign-in', message });
  }

  private countsNow(): Counts {
    let bytesDone = this.counts.bytesDone;
    for (const bytes of this.underWay.values()) bytesDone += bytes;
    return { ...this.counts, bytesDone };
  }
}

const WAITS = {
  network: 'Waiting for it, and trying again until Ctrl-C.',
  throttled: 'Waiting as long as it asks for, then going on.',
};

/** Whether an error is a usage error, which is reported together with the usage text. */
export function isWrongUse(error: unknown): error is AppFailure {
  return error instanceof AppFailure && ['WrongUse', 'NoCredentials'].includes(error.error.code);
}
