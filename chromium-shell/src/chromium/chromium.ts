import { spawn, type ChildProcess } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { CdpPipe, type CdpSession } from './cdpPipe.ts';
import { prepareProfile } from './profile.ts';
import { chromiumArguments, type Switch } from './switches.ts';

const stopPatienceMs = 3000;
const sandboxRefusal =
  /no usable sandbox|sandbox_host_linux|setuid sandbox|failed to move to new namespace|without --no-sandbox/i;

export type ChromiumOptions = {
  binary: string;
  profileDir: string;
  switches: readonly Switch[];
  /** A TCP port in addition to the pipe, for external tools; "0" picks a free one. */
  debuggingPort?: string;
};

/** Chromium always runs on X11 here; in an apparent Wayland session it would wait for a portal. */
function chromiumEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env, XDG_SESSION_TYPE: 'x11', WAYLAND_DISPLAY: undefined };
}

/**
 * The browser, controlled over a pipe: when this process dies, for any reason, the pipe closes and Chromium exits.
 * Emits `exit`.
 */
export class Chromium extends EventEmitter {
  #process: ChildProcess | undefined;
  #pipe: CdpPipe | undefined;
  #options: ChromiumOptions | undefined;
  #sandboxSwitches: string[] = [];
  #isStopping = false;

  /** Resolves to the product version, such as "140.0.1.2". */
  async start(options: ChromiumOptions): Promise<string> {
    this.#options = options;
    await prepareProfile(options.profileDir);
    if (process.getuid?.() === 0) this.#giveUpSandbox('it runs as root');
    const version = await this.#launch().catch((failure: Error) => {
      if (this.#sandboxSwitches.length > 0 || !sandboxRefusal.test(failure.message)) throw failure;
      this.#giveUpSandbox('the system refused it');
      return this.#launch();
    });
    this.#process!.once('exit', (code) => this.emit('exit', code, this.#isStopping));
    return version;
  }

  #giveUpSandbox(because: string): void {
    this.#sandboxSwitches = ['--no-sandbox'];
    process.stderr.write(`Chromium shell: Chromium runs without its sandbox, because ${because}.\n`);
  }

  #arguments(): string[] {
    const { profileDir, switches } = this.#options!;
    return [...chromiumArguments(profileDir, switches), ...this.#sandboxSwitches];
  }

  async #launch(): Promise<string> {
    const { binary, debuggingPort } = this.#options!;
    const port = debuggingPort === undefined ? [] : [`--remote-debugging-port=${debuggingPort}`];
    const child = spawn(
      binary,
      [...this.#arguments(), '--remote-debugging-pipe', ...port, '--no-startup-window'],
      {
        stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'],
        env: chromiumEnvironment(),
        detached: true, // a terminal's Ctrl+C reaches only the shell, which then quits cleanly
      },
    );
    this.#process = child;
    const complaints = relayStderr(child.stderr!);
    this.#pipe = new CdpPipe(child.stdio[3] as Writable, child.stdio[4] as Readable);
    const leftEarly = once(child, 'exit').then(([code, signal]: unknown[]) => {
      throw new Error(`Chromium did not start (${String(code ?? signal)}): ${complaints.join('\n')}`);
    });
    const { product } = await Promise.race([
      this.browser.send<{ product: string }>('Browser.getVersion'),
      leftEarly,
    ]).catch(() => leftEarly);
    leftEarly.catch(() => undefined); // from here on the exit event reports it
    return product.replace(/^.*\//, '');
  }

  get browser(): CdpSession {
    return this.#pipe!.browser;
  }

  session(id: string): CdpSession {
    return this.#pipe!.session(id);
  }

  forget(sessionId: string): void {
    this.#pipe?.forget(sessionId);
  }

  get isRunning(): boolean {
    return (
      this.#process !== undefined && this.#process.exitCode === null && this.#process.signalCode === null
    );
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** CDP can only open tabs; a second process passes `--app` to the running one, which opens a bare window. */
  openAppWindow(url: string): void {
    spawn(this.#options!.binary, [...this.#arguments(), `--app=${url}`], {
      stdio: 'ignore',
      env: chromiumEnvironment(),
    }).unref();
  }

  async stop(): Promise<void> {
    if (!this.isRunning) return;
    this.#isStopping = true;
    const child = this.#process!;
    const gone = once(child, 'exit');
    const impatient = setTimeout(() => child.kill('SIGKILL'), stopPatienceMs);
    this.browser.send('Browser.close').catch(() => undefined); // the reply is often lost when the process exits
    await gone;
    clearTimeout(impatient);
  }
}

/** Forwards the line that test tools wait for (everything with SHELL_DEBUG) and keeps the rest for a failed start. */
function relayStderr(stream: Readable): string[] {
  const kept: string[] = [];
  stream.setEncoding('utf8').on('data', (text: string) => {
    for (const line of text.split('\n').filter(Boolean)) {
      if (line.startsWith('DevTools listening') || process.env.SHELL_DEBUG) process.stderr.write(`${line}\n`);
      else if (kept.length < 50) kept.push(line);
    }
  });
  return kept;
}

export const chromium = new Chromium();
