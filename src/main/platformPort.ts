import type { Reply } from '../shared/appError';
import type { Caller, CommandName, EventName, Events } from '../shared/contract';
import type { CaptureSource } from '../shared/recording';
import type { Logger, SecretBox } from '../shared/runtime';
import type { Capability } from '../shared/session';
import type { InputProcess } from './inputPort';
import type { SystemPermissions } from './permissionPort';

export type Rectangle = { x: number; y: number; width: number; height: number };

/** `bounds` are physical pixels in the desktop's coordinate space. */
export type DisplayInfo = { id: string; name: string; bounds: Rectangle; scaleFactor: number };

/** Registers commands; the platform checks the sender before `run` receives the raw arguments. */
export type CommandTransport = {
  handle(name: CommandName, caller: Caller, run: (args: unknown[]) => Promise<Reply<unknown>>): void;
};

export type Windows = {
  openMain(): Promise<void>;
  /** Brings the main window to the front and reopens it if it was closed; does nothing before the first `openMain`. */
  showMain(): Promise<void>;
  minimizeMain(): void;
  /** The user closed the main window. The app continues until `quit`. */
  onMainClosed(listener: () => void): void;
  /** Whether the main window exists, even minimised or hidden. */
  isMainOpen(): boolean;
  openToolbar(): Promise<void>;
  closeToolbar(): void;
  /** Called when no window is visible any more: main window and toolbar are each closed or minimised. */
  onUnseen(listener: () => void): void;
  /** Opens the hidden capture page for one source; resolves when its document is loaded. Replaces a dead page. */
  openCapture(sourceId: string): Promise<void>;
  closeCapture(): void;
  /** The result of the open capture page's request for its source; undefined before the request. */
  captureGrant(): CaptureGrant | undefined;
  /** Kills the process of a capture page that does not answer, and closes the page. */
  killCapture(): void;
  /** The capture page crashed or was closed from outside. */
  onCaptureGone(listener: () => void): void;
  broadcast<N extends EventName>(name: N, payload: Events[N]): void;
  /** Bounds of the app's visible windows on the desktop, in physical pixels: input on them is not recorded. */
  visibleBounds(): Rectangle[];
  /** Whether a window of the app has keyboard focus. */
  hasFocus(): boolean;
};

/** `not-there`: the source was not listed any more; `refused`: the system did not let the app list it. */
export type CaptureGrant = 'granted' | 'not-there' | 'refused';

/** The window with keyboard focus. `bounds` are physical pixels in the desktop's coordinate space. */
export type ActiveWindow =
  | { kind: 'window'; app: string; title: string; bounds: Rectangle }
  /** A window of this app. */
  | { kind: 'own' }
  /** No window has focus, or the system did not report it. */
  | { kind: 'unknown' };

export type TrayState = { phase: 'idle' | 'recording' | 'paused' | 'redacting'; label: string };
export type TrayActions = {
  show(): void;
  startOrStop(): void;
  pauseOrResume(): void;
  redactOrReveal(): void;
  quit(): void;
};

/** `data` is cloned into the thread; `onMessage` receives what the thread posts. */
export type WorkerTask = { data: unknown; signal: AbortSignal; onMessage: (message: unknown) => void };

export type Platform = {
  readonly app: { name: string; version: string };
  readonly os: { platform: string; release: string; arch: string };
  readonly userDataDir: string;
  /** The environment variables at the app's start. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Settings from `npm start -- --local-bucket`; absent otherwise. */
  readonly presetDestinationFile?: string;
  readonly secrets: SecretBox;
  readonly transport: CommandTransport;
  readonly windows: Windows;
  readonly log: Logger;
  /** Redacts this text from all later log entries. */
  hideSecret(secret: string): void;
  readonly permissions: SystemPermissions;
  /**
   * The sources that can be recorded; empty while the system does not permit listing. Never makes the system prompt.
   * Thumbnails may take seconds. @throws AppFailure when the system does not answer
   */
  listCaptureSources(how: { thumbnails: boolean }): Promise<CaptureSource[]>;
  /** What this system can and cannot record. */
  captureCapabilities(): Promise<Capability[]>;
  listDisplays(): DisplayInfo[];
  onDisplaysChanged(listener: () => void): void;
  startInputProcess(): InputProcess;
  /** The pointer's position, for comparison with an earlier one; null if the system does not report it (Wayland). */
  pointerAt(): { x: number; y: number } | null;
  /**
   * Runs a module beside the main one in its own thread until the thread exits. @throws the thread's error, or the
   * signal's reason
   */
  runWorker(name: string, task: WorkerTask): Promise<void>;
  /** Never rejects. Starts a few processes on Linux and macOS: call it at most a few times a second. */
  activeWindow(): Promise<ActiveWindow>;
  setTray(state: TrayState, actions: TrayActions): void;
  /** False if another program holds the shortcut or the system gives none. */
  registerShortcut(accelerator: string, run: () => void): boolean;
  /** Whether the system asks the user about shortcuts without reporting the answer. */
  readonly asksForShortcuts: boolean;
  onWake(listener: () => void): void;
  /** Keeps the machine awake until the returned function is called. */
  keepAwake(): () => void;
  showInFolder(path: string): void;
  /** Serves the files that `find` returns for names below the returned address; null means not found. */
  serveFiles(find: (name: string) => Promise<string | null>): string;
  copyText(text: string): Promise<void>;
  /** `run` is awaited before the app quits. */
  onBeforeQuit(run: () => Promise<void>): void;
  quit(): void;
  /** Quits and relaunches. */
  restart(): void;
};
