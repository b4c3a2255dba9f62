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
  /** `hidesInput` may have changed at this time (monotonic clock). */
  onChange: (atUs: number) => void;
};

/** What a recording must not keep: redacted times and excluded windows. */
export class Privacy {
  readonly redaction: Redaction;
  readonly focus: FocusRecorder;
  private isHeld = false;

  constructor(private readonly parts: PrivacyParts) {
    const { platform, clock, choice, geometry, header, video, files, record, onChange } = parts;
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

  /** Whether input is dropped although the recording runs. */
  get hidesInput(): boolean {
    return this.isHeld || this.redaction.isOn;
  }

  /** A pause or stop was requested: nothing that happens from now on is kept, however long the pause or stop takes. */
  hold(): void {
    const nowUs = this.parts.clock.monotonicUs();
    this.isHeld = true;
    this.focus.hold(nowUs);
    this.parts.onChange(nowUs);
  }

  /** The recording runs from this time on (monotonic clock). */
  release(atUs: number): void {
    this.isHeld = false;
    this.parts.onChange(atUs);
  }

  get screenshots(): Pick<ScreenshotTakerParts, 'isHidden' | 'isBlank' | 'permits'> {
    return {
      isHidden: (tUs) => this.redaction.hides(tUs),
      isBlank: () => this.parts.video().isBlank,
      permits: (tUs) => this.focus.permits(tUs),
    };
  }
}
