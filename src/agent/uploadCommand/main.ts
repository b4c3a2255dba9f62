import os from 'node:os';
import { AppFailure, type AppError } from '../../shared/appError';
import { KnownSecrets } from '../../lib/redact';
import { systemClock } from '../../lib/systemClock';
import { systemRandom } from '../../lib/systemRandom';
import type { Logger } from '../../shared/runtime';
import { EXIT, isWrongUse, noCounts, upload } from './command';
import { JsonReport, TextReport, type Outputs } from './report';
import type { UploadOptions } from './options';

/** The terminal and npm may both forward one Ctrl-C: signals this close together count as one. */
const ONE_PRESS_MS = 500;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Runs the command in this process. @returns its exit code, see docs/upload-command.md */
export async function main(options: UploadOptions, cwd: string): Promise<number> {
  const secrets = new KnownSecrets();
  const outputs = makeOutputs(secrets);
  const report = options.json ? new JsonReport(outputs, systemClock) : new TextReport(outputs, systemClock);
  const stop = followSignals({
    onFirst: (signal) => {
      const hint = signal === 'SIGINT' ? ' Press Ctrl-C again to end at once.' : '';
      outputs.err(`\nStopping.${hint}\n`);
    },
    onSecond: () => report.flush(),
  });
  try {
    const world = {
      ...{ env: process.env, cwd, clock: systemClock, random: systemRandom, report, stop },
      hideSecret: (secret: string) => secrets.add(secret),
      log: makeLog(outputs),
    };
    return await upload(options, world);
  } catch (error) {
    const told = errorOf(error);
    const exitCode = isWrongUse(error) ? EXIT.wrongUse : EXIT.failed;
    if (options.json) report.end(noCounts(), exitCode, told);
    else outputs.err(`${told.message} ${told.action}\n${told.details ? `(${told.details})\n` : ''}`);
    return exitCode;
  } finally {
    report.flush();
    await outputs.written();
  }
}

function errorOf(error: unknown): AppError {
  if (error instanceof AppFailure) return error.error;
  const message = 'Something went wrong on this computer.';
  return { code: 'Internal', message, action: 'Run the same command again.', details: String(error) };
}

function makeOutputs(secrets: KnownSecrets): Outputs & { written(): Promise<void> } {
  const write = (stream: NodeJS.WriteStream) => {
    // If the reader closes the pipe, as `head` does, an upload must not stop before its result is recorded.
    stream.on('error', () => undefined);
    return (text: string) => void stream.write(secrets.redactText(text));
  };
  const written = async () => {
    for (const stream of [process.stdout, process.stderr])
      if (!stream.destroyed) await new Promise<void>((resolve) => stream.write('', () => resolve()));
  };
  const columns = process.stderr.isTTY ? process.stderr.columns || 80 : undefined;
  return { out: write(process.stdout), err: write(process.stderr), columns, written };
}

/** The engine's log messages are for developers. */
function makeLog({ err }: Outputs): Logger {
  const write = (message: string, fields: object = {}) => {
    if (process.env.SESSION_RECORDER_LOG) err(`${message} ${JSON.stringify(fields)}\n`);
  };
  return { info: write, warn: write, error: write };
}

/**
 * The first signal stops the uploads; a second one ends the process at once.
 * @returns a signal that aborts with the exit code
 */
function followSignals({
  onFirst,
  onSecond,
}: {
  onFirst(signal: string): void;
  onSecond(): void;
}): AbortSignal {
  const stop = new AbortController();
  let firstAtMs: number | undefined;
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      const nowMs = performance.now();
      const exitCode = 128 + os.constants.signals[signal];
      if (firstAtMs === undefined) {
        firstAtMs = nowMs;
        onFirst(signal);
        stop.abort(exitCode);
      } else if (nowMs - firstAtMs >= ONE_PRESS_MS) {
        onSecond();
        process.exit(exitCode);
      }
    });
  }
  return stop.signal;
}
