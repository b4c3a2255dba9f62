import os from 'node:os';
import { AppFailure, type AppError } from '../../shared/appError';
import { KnownSecrets } from '../../lib/redact';
import { systemClock } from '../../lib/systemClock';
import { systemRandom } from '../../lib/systemRandom';
import type { Logger } from '../../shared/runtime';
import { EXIT, isWrongUse, upload } from './command';
import { JsonReport, TextReport, type Outputs } from './report';
import type { UploadOptions } from './words';

/** The terminal and npm may both pass one Ctrl-C on: what comes this close together is one press. */
const ONE_PRESS_MS = 500;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Runs the command in this process. @returns its exit code, as docs/upload-command.md lists them */
export async function main(options: UploadOptions, cwd: string): Promise<number> {
  const secrets = new KnownSecrets();
  const outputs = makeOutputs(secrets);
  const report = options.json ? new JsonReport(outputs, systemClock) : new TextReport(outputs, systemClock);
  const { stop, stopSignal } = followSignals({
    onFirst: () => outputs.err('\nStopping. Press Ctrl-C again to end at once.\n'),
    onSecond: () => report.flush(),
  });
  try {
    const world = {
      ...{ env: process.env, cwd, clock: systemClock, random: systemRandom, report, stop },
      hideSecret: (secret: string) => secrets.add(secret),
      log: makeLog(outputs),
    };
    const exitCode = await upload(options, world);
    const signal = stopSignal();
    return signal === undefined ? exitCode : 128 + os.constants.signals[signal];
  } catch (error) {
    const told = errorOf(error);
    if (options.json) report.warning(told);
    else outputs.err(`${told.message} ${told.action}\n${told.details ? `(${told.details})\n` : ''}`);
    return isWrongUse(error) ? EXIT.wrongUse : EXIT.failed;
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
    // A reader that left, as `head` does, must not end the uploads in the middle of a record.
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

/** What the engine notes along the way is for developers. */
function makeLog({ err }: Outputs): Logger {
  const write = (message: string, fields: object = {}) => {
    if (process.env.SESSION_RECORDER_LOG) err(`${message} ${JSON.stringify(fields)}\n`);
  };
  return { info: write, warn: write, error: write };
}

/** The first signal stops the uploads, and another one ends the process at once. */
function followSignals({ onFirst, onSecond }: { onFirst(): void; onSecond(): void }) {
  const stop = new AbortController();
  let first: (typeof SIGNALS)[number] | undefined;
  let firstAtMs = 0;
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      const nowMs = performance.now();
      if (first !== undefined) {
        if (nowMs - firstAtMs < ONE_PRESS_MS) return;
        onSecond();
        process.exit(128 + os.constants.signals[signal]);
      }
      first = signal;
      firstAtMs = nowMs;
      onFirst();
      stop.abort();
    });
  }
  return { stop: stop.signal, stopSignal: () => first };
}
