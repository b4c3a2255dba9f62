import { packBundle, type PackJob } from '../../src/main/recorder/bundle/packBundle';
import type { EventName, Events } from '../../src/shared/contract';
import type { CaptureCommand, CaptureReport, CaptureSource, ChunkEnd } from '../../src/shared/recording';
import type { PictureSize } from '../../src/shared/pictureSize';
import type { Capability, KeyNames } from '../../src/shared/session';
import type { RecorderParts } from '../../src/main/recorder/ports';
import type {
  ActiveWindow,
  CaptureGrant,
  DisplayInfo,
  Rectangle,
  TrayActions,
  TrayState,
  WorkerTask,
} from '../../src/main/platformPort';
import type { Clock } from '../../src/shared/runtime';
import { FakeInputProcess } from './FakeInputProcess';
import { FakePermissions } from './FakePermissions';

type Platform = RecorderParts['platform'];
type Page = {
  report(report: CaptureReport): void;
  chunk(token: string, bytes: Uint8Array, end: ChunkEnd): Promise<void>;
  screenshot(requestId: string, bytes: Uint8Array): void;
};

/** The host as the recorder sees it, with a capture page that answers as the real one does. */
export class FakeRecorderPlatform implements Platform {
  readonly app = { name: 'Session Recorder', version: '0.0.1' };
  readonly os = { platform: 'linux', release: '6.1', arch: 'x64' };
  readonly events: { name: EventName; payload: unknown }[] = [];
  readonly calls: string[] = [];
  readonly inputs: FakeInputProcess[] = [];
  readonly commands: CaptureCommand[] = [];
  /** How long ago a screenshot was taken when it arrives. */
  screenshotAgeMs = 0;
  tray: TrayState | null = null;
  trayActions: TrayActions | null = null;
  readonly shortcuts = new Map<string, () => void>();
  sources: CaptureSource[] = [
    { id: 'screen:0', name: 'Entire screen', kind: 'screen', thumbnail: '', display: '1' },
  ];
  capabilities: Capability[] = [
    { name: 'pointer', available: true },
    { name: 'keyboard', available: true },
  ];
  displays: DisplayInfo[] = [
    { id: '1', name: 'Display', bounds: { x: 0, y: 0, width: 1280, height: 800 }, scaleFactor: 1 },
  ];
  ownBounds: Rectangle[] = [];
  focused = false;
  awake = 0;
  /** How the page answers a start; absent: it starts. */
  startFailure: { name: string; message: string } | null = null;
  /** What main gave the page that asked for its source. */
  grant: CaptureGrant | undefined = 'granted';
  /** Whether the system tells of shortcuts that it gave. */
  asksForShortcuts = false;
  /** Whether the page answers a start; one whose user still has to choose does not. */
  answersStart = true;
  /** The size of the recorded picture. */
  picture: PictureSize & { scaledFrom?: PictureSize } = { width: 1280, height: 800 };
  /** What the page has for a microphone. */
  microphone: { problem?: { name: string; message: string } } = {};
  /** Whether the page answers a stop; one that hangs does not. */
  answersStop = true;
  inputFailure: string | null = null;
  /** Where the pointer is; null where the system does not tell. */
  pointer: { x: number; y: number } | null = { x: 0, y: 0 };
  /** What has the keyboard, and how often it was asked. */
  active: ActiveWindow = { kind: 'unknown' };
  looks = 0;
  /** The layout that the capture page finds. */
  keyboard: KeyNames | null = null;
  page: Page | null = null;
  unseen: () => void = () => {};
  displaysChanged: () => void = () => {};
  captureGone: () => void = () => {};
  readonly #clock: Clock;

  #isMainOpen = false;
  #mainClosed: () => void = () => {};

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The user closes the main window. */
  closeMain(): void {
    this.#isMainOpen = false;
    this.#mainClosed();
  }

  #openMain(call: string): void {
    this.#isMainOpen = true;
    this.calls.push(call);
  }

  readonly windows = {
    openMain: async () => this.#openMain('openMain'),
    showMain: async () => this.#openMain('showMain'),
    minimizeMain: () => void this.calls.push('minimizeMain'),
    onMainClosed: (listener: () => void) => void (this.#mainClosed = listener),
    isMainOpen: () => this.#isMainOpen,
    onUnseen: (listener: () => void) => void (this.unseen = listener),
    openToolbar: async () => void this.calls.push('openToolbar'),
    closeToolbar: () => void this.calls.push('closeToolbar'),
    openCapture: async (sourceId: string) => {
      this.calls.push(`openCapture ${sourceId}`);
      queueMicrotask(() => this.page?.report({ kind: 'ready' }));
    },
    closeCapture: () => void this.calls.push('closeCapture'),
    captureGrant: () => this.grant,
    killCapture: () => void this.calls.push('killCapture'),
    onCaptureGone: (listener: () => void) => void (this.captureGone = listener),
    broadcast: <N extends EventName>(name: N, payload: Events[N]) => {
      this.events.push({ name, payload });
      if (name === 'capture:command') this.#obey(payload as CaptureCommand);
    },
    visibleBounds: () => this.ownBounds,
    hasFocus: () => this.focused,
  };

  permissions = new FakePermissions();
  /** Each look at what can be recorded: with thumbnails or without. */
  readonly sourceLooks: boolean[] = [];
  listCaptureSources = async ({ thumbnails }: { thumbnails: boolean }) => {
    this.sourceLooks.push(thumbnails);
    return this.sources;
  };
  captureCapabilities = async () => this.capabilities;
  listDisplays = () => this.displays;
  onDisplaysChanged = (listener: () => void) => void (this.displaysChanged = listener);
  wake: () => void = () => {};
  onWake = (listener: () => void) => void (this.wake = listener);
  setTray = (state: TrayState, actions: TrayActions) => {
    this.tray = state;
    this.trayActions = actions;
  };
  registerShortcut = (accelerator: string, run: () => void) => this.shortcuts.set(accelerator, run) !== null;
  quit = () => void this.calls.push('quit');
  restart = () => void this.calls.push('restart');
  /** What the pages may load; set by whoever serves it. */
  findFile: (name: string) => Promise<string | null> = async () => null;
  serveFiles = (find: (name: string) => Promise<string | null>) => {
    this.findFile = find;
    return '/sessions/';
  };
  showInFolder = (path: string) => void this.calls.push(`showInFolder ${path}`);

  activeWindow = async (): Promise<ActiveWindow> => {
    this.looks += 1;
    return this.active;
  };

  keepAwake = () => {
    this.awake += 1;
    return () => void (this.awake -= 1);
  };

  startInputProcess = () => {
    const child = new FakeInputProcess();
    this.inputs.push(child);
    const message = this.inputFailure;
    queueMicrotask(() => child.say(message === null ? { kind: 'ready' } : { kind: 'failed', message }));
    return child;
  };

  pointerAt = () => this.pointer;

  /** The one worker that there is, in this thread. */
  runWorker = async (name: string, { data, signal, onMessage }: WorkerTask) => {
    if (name !== 'bundleWorker') throw new Error(`no worker "${name}"`);
    const onProgress = (percent: number) => onMessage({ percent });
    const job = data as Pick<PackJob, 'paths' | 'header'>;
    onMessage({ crc32: await packBundle({ ...job, signal, onProgress }) });
  };

  /** The input process as it stands now. */
  get input(): FakeInputProcess {
    return this.inputs.at(-1)!;
  }

  /** The token of the segment last started. */
  get token(): string {
    const start = this.commands.findLast((command) => command.kind === 'start');
    return start?.kind === 'start' ? start.token : '';
  }

  of<N extends EventName>(name: N): Events[N][] {
    return this.events.filter((event) => event.name === name).map((event) => event.payload as Events[N]);
  }

  #obey(command: CaptureCommand): void {
    this.commands.push(command);
    queueMicrotask(() => void this.#answer(command));
  }

  async #answer(command: CaptureCommand): Promise<void> {
    const { page } = this;
    if (page === null) return;
    if (command.kind === 'screenshot') {
      const { requestId } = command;
      page.report({ kind: 'screenshot', requestId, width: 4, height: 4, ageMs: this.screenshotAgeMs });
      page.screenshot(requestId, new Uint8Array([0xff, 0xd8, 0xff]));
    }
    if (command.kind === 'start' && this.answersStart) {
      const { token } = command;
      if (this.startFailure !== null) return page.report({ kind: 'failed', token, ...this.startFailure });
      const { problem: microphoneProblem } = this.microphone;
      const microphone = command.microphone && microphoneProblem === undefined;
      const sound = { microphone, ...(command.microphone && { microphoneProblem }) };
      if (this.keyboard !== null) page.report({ kind: 'keyboard', keys: this.keyboard });
      page.report({ kind: 'started', token, mimeType: 'video/mp4;codecs=avc1', ...this.picture, ...sound });
      await this.#send(page, token, `head of ${command.segment};`);
    }
    if (command.kind === 'stop' && this.answersStop) {
      // The real input process beats twice a second, and so tells that nothing older is on its way.
      this.input?.say({ kind: 'alive', atUs: this.#clock.monotonicUs() });
      await this.#send(page, command.token, 'tail');
      page.report({ kind: 'stopped', token: command.token });
    }
  }

  /** Of a chunk that is sent now and holds the picture until `ageMs` before. The page's clock began half a second late. */
  chunkEnd(ageMs: number): ChunkEnd {
    return { sentAtMs: this.#clock.monotonicUs() / 1000 - 500, ageMs };
  }

  /** The page answers the last start now. */
  answerStart(): void {
    void this.#answer(this.commands.findLast(({ kind }) => kind === 'start')!);
  }

  /** A refused chunk ends the page's recording, as in the real one. */
  async #send(page: Page, token: string, text: string): Promise<void> {
    try {
      await page.chunk(token, new TextEncoder().encode(text), this.chunkEnd(0));
    } catch (error) {
      page.report({ kind: 'failed', token, name: 'Error', message: String(error) });
    }
  }
}
