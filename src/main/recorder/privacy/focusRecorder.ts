import { clip, LONGEST } from '../../../shared/bounds';
import type { RecordingSettings } from '../../../shared/recordingSettings';
import type { Action } from '../../../shared/session';
import { createExclusions } from './exclusions';
import type { Geometry } from '../geometry';
import { WindowWatch, type SeenWindow, type WindowWatchParts } from './windowWatch';

export type FocusRecorderParts = Pick<WindowWatchParts, 'clock' | 'ask' | 'own'> & {
  settings: RecordingSettings;
  /** Whether this system tells which window has the keyboard focus. If not, no window can be excluded. */
  isKnown: boolean;
  geometry: Geometry;
  /** The session's zero on the monotonic clock. */
  originUs: () => number;
  /** Whether everything seen at this time of the session is redacted. */
  hides: (tUs: number) => boolean;
  record: (action: Action) => void;
};

/** Records which window has the keyboard focus, and drops input and screenshots of excluded windows. */
export class FocusRecorder {
  private readonly watch: WindowWatch | null;
  private readonly excludes: boolean;
  /** Windows seen after this time are not recorded (monotonic clock). */
  private untilUs = Infinity;

  constructor(private readonly parts: FocusRecorderParts) {
    const { clock, ask, own, settings, isKnown } = parts;
    this.excludes = isKnown && settings.excluded.length > 0;
    const isExcluded = createExclusions(settings.excluded);
    const onSeen: WindowWatchParts['onSeen'] = (window, atUs) => this.seen(window, atUs);
    const isWanted = isKnown && (settings.recordActiveWindow || this.excludes);
    this.watch = isWanted ? new WindowWatch({ clock, ask, own, isExcluded, onSeen }) : null;
  }

  /** The patterns of excluded windows; undefined if there are none or the system cannot exclude any. */
  get excluded(): string[] | undefined {
    return this.excludes ? this.parts.settings.excluded : undefined;
  }

  get recordsWindows(): boolean {
    return this.watch !== null && this.parts.settings.recordActiveWindow;
  }

  /** Resolves when the focused window is known. */
  async start(): Promise<void> {
    this.untilUs = Infinity;
    await this.watch?.start();
  }

  /** Records no window seen after this time (monotonic clock) until the next start. */
  hold(atUs: number): void {
    this.untilUs = atUs;
  }

  /** Resolves when every action taken so far is recorded or dropped. */
  async stop(): Promise<void> {
    await this.watch?.stop();
  }

  /** Records an action. A key is recorded only if it certainly was not typed into an excluded window. */
  take(action: Action): void {
    const { record, originUs } = this.parts;
    const isKey = action.type === 'keydown' || action.type === 'keyup';
    if (isKey && this.excludes)
      this.watch?.judge(action.tUs + originUs(), (isPermitted) => isPermitted && record(action));
    else record(action);
    if (mayMoveFocus(action)) this.watch?.soon();
  }

  /** Resolves to whether a screenshot of this time of the session may be kept. */
  permits(tUs: number): Promise<boolean> {
    if (!this.excludes || this.watch === null) return Promise.resolve(true);
    const atUs = tUs + this.parts.originUs();
    return new Promise((resolve) => this.watch!.judge(atUs, resolve));
  }

  /** Records the focused window again after a redaction. */
  tellAgain(): void {
    this.watch?.tellAgain();
  }

  private seen(window: SeenWindow | 'excluded', atUs: number): void {
    const { geometry, originUs, hides, record } = this.parts;
    const tUs = Math.max(0, atUs - originUs());
    if (!this.recordsWindows || atUs > this.untilUs || hides(tUs)) return;
    if (window === 'excluded') return record({ type: 'window', tUs, excluded: true });
    const { bounds } = window;
    const [app, title] = [clip(window.app, LONGEST.name), clip(window.title, LONGEST.title)];
    const { display, epoch, x, y } = geometry.place(bounds);
    record({ type: 'window', tUs, app, title, display, epoch, bounds: { ...bounds, x, y } });
  }
}

/** Clicks and named keys can move the focus: shortcuts, Tab, Enter and Escape are named. */
function mayMoveFocus(action: Action): boolean {
  return action.type === 'press' || (action.type === 'keyup' && action.key !== undefined);
}
