import type { AppError, Reply } from '../shared/appError';
import type { Caller, CommandName, EventName, Events } from '../shared/contract';
import type { CaptureSource } from '../shared/recording';
import type { Capability } from '../shared/session';
import type { InputProcess } from './inputPort';
import type { SystemPermissions } from './permissionPort';

export type * from '../shared/session';
export type * from '../shared/upload';
export type * from './inputPort';
export type * from './permissionPort';
export type * from './sessionsPort';

/** Time and timers. `now` is epoch milliseconds; `monotonicUs` integer microseconds that never jump (hrtime's clock). */
export type Clock = {
  now(): number;
  monotonicUs(): number;
  setTimeout(run: () => void, delayMs: number): Timer;
  clearTimeout(timer: Timer): void;
};
export type Timer = { readonly timer: unique symbol } | object;

export type Random = {
  uuid(): string;
  /** Lower-case hex digits. */
  hex(digits: number): string;
};

/** Structured, redacted logging; fields named like secrets never reach a file. */
export type Logger = {
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
};

/** Tells the user something that belongs to no single row (see `Notice`). */
export type ReportNotice = (kind: 'info' | 'warning' | 'error', error: AppError) => void;

/** Takes the notices with this code away: what they said is not so any more. */
export type WithdrawNotice = (code: string) => void;

// ---------- object store ----------

/** Says when bytes may be sent. `lib/rateLimit` is the one that holds to a limit. */
export type Pace = {
  /** The most to ask for at once, at most `wanted` bytes. */
  sliceBytes(wanted: number): number;
  /** Calls `go` when `bytes` may be sent. @returns what calls it off */
  take(bytes: number, go: () => void): () => void;
};

/** What all uploads together are held to, as it is now; null: no limit. */
export type Bandwidth = { readonly bytesPerSecond: number | null };

/** A checksum to be sent with a body and kept by the server. `value` is base64. */
export type Checksum = { algorithm: 'CRC32' | 'CRC64NVME' | 'MD5'; value: string };

export type ListedPart = { number: number; size: number; etag: string; checksum?: Checksum };

/** Absent fields are what the server did not tell in any way; no metadata at all may mean that it keeps none. */
export type ObjectHead = {
  size?: number;
  /** As the server gave it, with quotes. */
  etag?: string;
  versionId?: string;
  /** What the bucket keeps; absent on a bucket that keeps none. `composite` when made of part checksums ("…-N"). */
  checksum?: Checksum & { composite: boolean };
  metadata: Record<string, string>;
};

/** What a GET gives: `size` is the body's, ETag and metadata are those of the whole object. */
export type ReadObject = Pick<ObjectHead, 'size' | 'etag' | 'metadata'> & {
  /** The size of the whole object. */
  wholeSize?: number;
  body: AsyncIterable<Uint8Array>;
};
export type StoreCall = { signal?: AbortSignal };

/**
 * One bucket of an S3-compatible server, operation by operation, with no retries of its own.
 * Every method rejects with a `StoreFailure` and with nothing else. Keys are whole keys.
 * Source: Amazon S3 API reference, 2006-03-01.
 */
export type ObjectStore = {
  putObject(
    input: {
      key: string;
      body: Uint8Array;
      contentType: string;
      metadata?: Record<string, string>;
      checksum?: Checksum;
      /** Only if no object stands at the key (If-None-Match: *). */
      ifNoneMatch?: boolean;
      onBytesSent?: (bytes: number) => void;
    } & StoreCall,
  ): Promise<{ etag: string; versionId?: string }>;
  /** `null` when nothing stands at the key. */
  headObject(input: { key: string } & StoreCall): Promise<ObjectHead | null>;
  getObject(input: { key: string; range?: { first: number; last: number } } & StoreCall): Promise<ReadObject>;
  /** No error when nothing stands at the key. */
  deleteObject(input: { key: string } & StoreCall): Promise<void>;
  createMultipartUpload(
    input: {
      key: string;
      contentType: string;
      metadata?: Record<string, string>;
      /** Announced to the server so that it keeps the parts' checksums; MD5 needs no announcement. */
      checksumAlgorithm?: Checksum['algorithm'];
    } & StoreCall,
  ): Promise<{ uploadId: string }>;
  uploadPart(
    input: {
      key: string;
      uploadId: string;
      number: number;
      body: Uint8Array;
      checksum?: Checksum;
      /** Bytes handed to the wire since the last call. */
      onBytesSent?: (bytes: number) => void;
    } & StoreCall,
  ): Promise<{ etag: string; checksum?: Checksum }>;
  /** All pages, in order of number. A lost upload rejects with verdict `gone`. */
  listParts(input: { key: string; uploadId: string } & StoreCall): Promise<ListedPart[]>;
  completeMultipartUpload(
    input: {
      key: string;
      uploadId: string;
      parts: { number: number; etag: string; checksum?: Checksum }[];
      ifNoneMatch?: boolean;
    } & StoreCall,
  ): Promise<{ etag?: string; versionId?: string }>;
  /** No error when the upload is gone already. */
  abortMultipartUpload(input: { key: string; uploadId: string } & StoreCall): Promise<void>;
  listMultipartUploads(
    input: { prefix: string } & StoreCall,
  ): Promise<{ key: string; uploadId: string; initiatedAt: number }[]>;
  /** Keys under a prefix, all pages. */
  listObjects(input: { prefix: string } & StoreCall): Promise<{ key: string; size?: number }[]>;
  /** Closes idle sockets. */
  close(): void;
};

/**
 * What a failed call means for whoever made it (DESIGN §7's table):
 * `unreachable` the endpoint cannot be reached at all: wait, charge nothing · `retry` broken on the way: back off ·
 * `throttle` the server asked for quiet (`retryAfterMs`) · `needs-user` no retry can help ·
 * `gone` the multipart upload is unknown to the server · `conflict` a condition failed (412, 409) ·
 * `corrupt` the server found the body damaged · `cancelled` our own signal.
 */
export type Verdict =
  'unreachable' | 'retry' | 'throttle' | 'needs-user' | 'gone' | 'conflict' | 'corrupt' | 'cancelled';

/** The one error an `ObjectStore` throws: classified at the edge, with words for the user. */
export class StoreFailure extends Error {
  readonly verdict: Verdict;
  readonly error: AppError;
  readonly httpStatus?: number;
  readonly retryAfterMs?: number;
  /** What is left to do once the app has stopped trying by itself; absent where that is to press Retry. */
  readonly actionAtLast?: string;
  /** The endpoint that the server itself named as the right one, on the same host. */
  readonly suggestedEndpoint?: string;
  constructor(
    facts: Pick<
      StoreFailure,
      'verdict' | 'error' | 'httpStatus' | 'retryAfterMs' | 'actionAtLast' | 'suggestedEndpoint'
    >,
    options?: ErrorOptions,
  ) {
    super(`${facts.error.code}: ${facts.error.message}`, options);
    this.name = 'StoreFailure';
    this.verdict = facts.verdict;
    this.error = facts.error;
    this.httpStatus = facts.httpStatus;
    this.retryAfterMs = facts.retryAfterMs;
    this.actionAtLast = facts.actionAtLast;
    this.suggestedEndpoint = facts.suggestedEndpoint;
  }
}

// ---------- platform: what the host gives ----------

export type Rectangle = { x: number; y: number; width: number; height: number };

/** `bounds` are physical pixels in the desktop's coordinate space. */
export type DisplayInfo = { id: string; name: string; bounds: Rectangle; scaleFactor: number };

/** The system's own encryption for secrets (Electron safeStorage). Ciphertext is base64. */
export type SecretBox = {
  /** False where the backend only obfuscates (`basic_text`). */
  encrypts(): Promise<boolean>;
  encrypt(plain: string): Promise<string>;
  /**
   * Rejects when the ciphertext was made on another machine or account.
   * @throws SecretLocked
   */
  decrypt(cipher: string): Promise<string>;
};

/** The keychain cannot be opened now: it is locked, or its question was dismissed. What it protects is not lost. */
export class SecretLocked extends Error {}

/** Registers commands; the platform checks the sender before `run` sees the raw arguments. */
export type CommandTransport = {
  handle(name: CommandName, caller: Caller, run: (args: unknown[]) => Promise<Reply<unknown>>): void;
};

export type Windows = {
  openMain(): Promise<void>;
  /** Brings the main window to the front, opening it when it was closed; nothing before the first `openMain`. */
  showMain(): Promise<void>;
  minimizeMain(): void;
  /** The user closed the main window. The app goes on until `quit`. */
  onMainClosed(listener: () => void): void;
  /** Whether there is a main window, also where it is minimised or hidden. */
  isMainOpen(): boolean;
  openToolbar(): Promise<void>;
  closeToolbar(): void;
  /** The last window that was to be seen is not any more: of main window and toolbar each is closed or minimised. */
  onUnseen(listener: () => void): void;
  /** The hidden capture page for one source; resolves when its document is loaded. Replaces a dead one. */
  openCapture(sourceId: string): Promise<void>;
  closeCapture(): void;
  /** What the open capture page was given when it asked for its source; undefined before it asked. */
  captureGrant(): CaptureGrant | undefined;
  /** Ends the process of a capture page that does not answer, and the page with it. */
  killCapture(): void;
  /** The capture page crashed or was closed from outside. */
  onCaptureGone(listener: () => void): void;
  broadcast<N extends EventName>(name: N, payload: Events[N]): void;
  /** Desktop rectangles of our visible windows, physical pixels: input on them is not recorded. */
  visibleBounds(): Rectangle[];
  /** Whether one of our windows has the keyboard. */
  hasFocus(): boolean;
};

/** `not-there`: the source was not listed any more; `refused`: the system did not let the app look. */
export type CaptureGrant = 'granted' | 'not-there' | 'refused';

/** Which window has the keyboard. `bounds` are physical pixels in the desktop's coordinate space. */
export type ActiveWindow =
  | { kind: 'window'; app: string; title: string; bounds: Rectangle }
  /** One of our own. */
  | { kind: 'own' }
  /** None has it, or the system did not tell. */
  | { kind: 'unknown' };

export type TrayState = { phase: 'idle' | 'recording' | 'paused' | 'redacting'; label: string };
export type TrayActions = {
  show(): void;
  startOrStop(): void;
  pauseOrResume(): void;
  redactOrReveal(): void;
  quit(): void;
};

/** `data` is cloned into the thread; what it posts comes to `onMessage`. */
export type WorkerTask = { data: unknown; signal: AbortSignal; onMessage: (message: unknown) => void };

export type Platform = {
  readonly app: { name: string; version: string };
  readonly os: { platform: string; release: string; arch: string };
  readonly userDataDir: string;
  /** The environment variables the app was started with. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Settings handed over by `npm start -- --local-bucket`; absent otherwise. */
  readonly presetDestinationFile?: string;
  readonly secrets: SecretBox;
  readonly transport: CommandTransport;
  readonly windows: Windows;
  readonly log: Logger;
  /** From now on this text is cut out of whatever is logged. */
  hideSecret(secret: string): void;
  readonly permissions: SystemPermissions;
  /**
   * What can be recorded; empty while the system does not let the app look. Puts up no question of the system. Thumbnails
   * may take seconds. @throws AppFailure when the system does not answer
   */
  listCaptureSources(how: { thumbnails: boolean }): Promise<CaptureSource[]>;
  /** What this system can and cannot record. */
  captureCapabilities(): Promise<Capability[]>;
  listDisplays(): DisplayInfo[];
  onDisplaysChanged(listener: () => void): void;
  startInputProcess(): InputProcess;
  /** Where the pointer is, to be compared with where it was; null where the system does not tell (Wayland). */
  pointerAt(): { x: number; y: number } | null;
  /** A module beside the main one, in a thread of its own, until that has ended. @throws what it threw, or the signal's reason */
  runWorker(name: string, task: WorkerTask): Promise<void>;
  /** Never rejects. Costs a few processes on Linux and macOS: not to be asked more than a few times a second. */
  activeWindow(): Promise<ActiveWindow>;
  setTray(state: TrayState, actions: TrayActions): void;
  /** False when another program holds the shortcut, or the system gives none. */
  registerShortcut(accelerator: string, run: () => void): boolean;
  /** Whether the system asks the person about shortcuts, and does not tell what came of it. */
  readonly asksForShortcuts: boolean;
  onWake(listener: () => void): void;
  /** Keeps the machine awake until the answer is called. */
  keepAwake(): () => void;
  showInFolder(path: string): void;
  /**
   * Lets our pages load the files that `find` names for a name below the address that is the answer; for null there
   * is none.
   */
  serveFiles(find: (name: string) => Promise<string | null>): string;
  copyText(text: string): Promise<void>;
  /** `run` is awaited before the app goes. */
  onBeforeQuit(run: () => Promise<void>): void;
  quit(): void;
  /** Quits, and comes up again. */
  restart(): void;
};
