import type { Clock } from '../../../shared/runtime';
import type { Action } from '../../../shared/session';
import type { ScreenshotTakerParts } from '../capture/screenshotTaker';
import type { VideoTrack } from '../capture/videoTrack';
import type { Geometry } from '../geometry';
import type { RecordingChoice, RecordingParts } from '../ports';
import type { RecordingHeader } from '../recordingHeader';
import type { SessionFiles } from '../sessionFiles';
import { FocusRecorder } from './focusRecorder';
import { Redaction } from './redaction';

export type PrivacyParts = {
  platform: Pick<RecordingParts['platform'], 'windows' | 'activeWindow'>;
  clock: Clock;
  choice: RecordingChoice;
  geometry: Geometry;
  header: () => RecordingHeader;
  video: () => VideoTrack;
  files: () => SessionFiles | null;
  record: (action: Action) => void;
  /** Whether input is hidden may have changed at this moment (monotonic clock). */
  onChange: (atUs: number) => void;
};

/** What of a recording is kept to oneself: what is redacted, and what belongs to excluded windows. */
export class Privacy {
  readonly redaction: Redaction;
  readonly focus: FocusRecorder;
  private isHeld = false;
  private readonly parts: PrivacyParts;

  constructor(parts: PrivacyParts) {
    const { platform, clock, choice, geometry, header, video, files, record, onChange } = parts;
    this.parts = parts;
    this.redaction = new Redaction({
      clock,
      video: { blank: () => video().blank(), reveal: () => video().reveal() },
      originUs: () => header().originUs,
      record: (action) => files()?.actionNow(action),
      onChange: (atUs) => {
        onChange(atUs);
        this.focus.tellAgain();
      },
    });
    this.focus = new FocusRecorder({
      clock,
      geometry,
      record,
      settings: choice.settings,
      own: platform.windows,
      ask: () => platform.activeWindow(),
      isKnown: choice.capabilities.some(({ name, available }) => available && name === 'active-window'),
      originUs: () => header().originUs,
      hides: (tUs) => this.redaction.hides(tUs),
    });
  }

  /** Whether no input may be recorded, though the recording runs. */
  get hidesInput(): boolean {
    return this.isHeld || this.redaction.isOn;
  }

  /** A pause or the end was asked for: nothing of what happens from now on is kept, however long it takes to come about. */
  hold(): void {
    const nowUs = this.parts.clock.monotonicUs();
    this.isHeld = true;
    this.focus.hold(nowUs);
    this.parts.onChange(nowUs);
  }

  /** The recording runs from this moment on (monotonic clock). */
  release(atUs: number): void {
    this.isHeld = false;
    this.parts.onChange(atUs);
  }

  /** Which screenshots may be taken and kept. */
  get screenshots(): Pick<ScreenshotTakerParts, 'isHidden' | 'isBlank' | 'permits'> {
    return {
      isHidden: (tUs) => this.redaction.hides(tUs),
      isBlank: () => this.parts.video().isBlank,
      permits: (tUs) => this.focus.permits(tUs),
    };
  }
}
