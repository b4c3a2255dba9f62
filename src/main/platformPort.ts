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
