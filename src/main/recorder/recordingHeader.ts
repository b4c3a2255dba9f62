import { clip, LONGEST } from '../../shared/bounds';
import type { CaptureSource } from '../../shared/recording';
import type { Clock } from '../../shared/runtime';
import type { Capability, KeyNames, SegmentDetail, SessionHeader } from '../../shared/session';
import type { Geometry } from './geometry';
import type { RecordingChoice, RecordingParts } from './ports';
import { createExclusions } from './privacy/exclusions';
import type { FocusRecorder } from './privacy/focusRecorder';

type HeaderFacts = Pick<SessionHeader, 'sessionId' | 'app' | 'os' | 'capabilities'> & {
  source: CaptureSource;
  recordKeyCodes: boolean;
  activeWindowRecorded: boolean;
  excluded?: string[];
};

type NotedSegment = Omit<SegmentDetail, 'segment'> & { file: string };

/** The facts that are known before a recording begins. */
export function createHeaderFacts(
  { app, os }: Pick<RecordingParts['platform'], 'app' | 'os'>,
  { sessionId, source, capabilities, request, settings }: RecordingChoice,
  { recordsWindows, excluded }: Pick<FocusRecorder, 'recordsWindows' | 'excluded'>,
): HeaderFacts {
  const recordKeyCodes = request.recordKeyCodes ?? false;
  const privacy = { recordKeyCodes, activeWindowRecorded: recordsWindows, excluded };
  const isLeftOut =
    source.kind === 'window' && createExclusions(settings.excluded)({ app: '', title: source.name });
  const name = isLeftOut ? LEFT_OUT : clip(source.name, LONGEST.name);
  return { sessionId, source: { ...source, name }, capabilities, app, os, ...privacy };
}

/** Replaces the title of a recorded window that the user excluded. */
const LEFT_OUT = 'A window that is left out';

/** The content of `session.json` while a recording runs. */
export class RecordingHeader {
  private readonly header: SessionHeader;
  private begunUs: number | null = null;

  constructor(
    facts: HeaderFacts,
    private readonly geometry: Geometry,
    private readonly clock: Clock,
  ) {
    const { source, recordKeyCodes, activeWindowRecorded, excluded, ...rest } = facts;
    this.header = {
      version: 1,
      ...rest,
      microphone: false,
      state: 'recording',
      createdAt: clock.now(),
      source: { id: source.id, name: source.name, kind: source.kind, display: source.display },
      geometry: [],
      clocks: [],
      redaction: { keyCodesRecorded: recordKeyCodes, activeWindowRecorded, excluded },
    };
  }

  get hasBegun(): boolean {
    return this.begunUs !== null;
  }

  /** The session's zero on the monotonic clock. Until `begin`, it is now. */
  get originUs(): number {
    return this.begunUs ?? this.clock.monotonicUs();
  }

  /** Sets the session's zero to now. */
  begin(): void {
    this.begunUs = this.clock.monotonicUs();
    this.header.createdAt = this.clock.now();
    this.noteClocks();
  }

  tUs(): number {
    return this.clock.monotonicUs() - this.originUs;
  }

  noteClocks(): void {
    if (!this.hasBegun) return;
    this.header.clocks.push({ tUs: this.tUs(), utcMs: this.clock.now() });
  }

  /** @returns false if the layout has not changed */
  noteKeyboard(keys: KeyNames): boolean {
    const known = this.header.keyboard ?? [];
    if (JSON.stringify(known.at(-1)?.keys) === JSON.stringify(keys)) return false;
    this.header.keyboard = [...known, { tUs: this.hasBegun ? this.tUs() : 0, keys }];
    return true;
  }

  noteSegment({ file, mimeType, width, height, sizeChanges, scaledFrom }: NotedSegment): void {
    const { segments = [], details = [] } = this.header.video ?? {};
    const segment = `video/${file}`;
    const detail = { segment, mimeType, width, height, ...(sizeChanges && { sizeChanges }), scaledFrom };
    this.header.video = { mimeType, segments: [...segments, segment], details: [...details, detail] };
  }

  /** Whether the running segment has sound. */
  get hasSound(): boolean {
    return this.header.microphone && this.capability('microphone')?.available !== false;
  }

  noteSound(): void {
    this.header.microphone = true;
    this.setMicrophone({ name: 'microphone', available: true });
  }

  /** @returns false if this reason was already noted */
  noteNoSound(why: string): boolean {
    if (this.capability('microphone')?.why === why) return false;
    this.setMicrophone({ name: 'microphone', available: false, why });
    return true;
  }

  private capability(name: Capability['name']): Capability | undefined {
    return this.header.capabilities.find((capability) => capability.name === name);
  }

  private setMicrophone(microphone: Capability): void {
    const others = this.header.capabilities.filter(({ name }) => name !== 'microphone');
    this.header.capabilities = [...others, microphone];
  }

  /** Uses the monotonic duration, because the wall clock may have been set back. */
  end(durationUs: number, recordedUs: number): void {
    this.noteClocks();
    this.header.endedAt = this.header.createdAt + Math.round(durationUs / 1000);
    this.header.durationUs = durationUs;
    this.header.recordedUs = recordedUs;
    this.header.state = 'finalising';
  }

  content(): SessionHeader {
    return { ...this.header, geometry: [...this.geometry.epochs] };
  }
}
