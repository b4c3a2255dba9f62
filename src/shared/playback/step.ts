import type { Action, Screenshot } from '../session';

/** Physical pixels of a named display in a geometry epoch, as actions have them. */
export type Point = { display: string; epoch: number; x: number; y: number };

export type StepKind =
  | 'click'
  | 'double-click'
  | 'drag'
  | 'scroll'
  | 'key'
  | 'typing'
  | 'shortcut'
  | 'window'
  | 'screenshot'
  | 'pause'
  | 'gap'
  | 'redaction'
  | 'pointer';

/** Every kind, in the order of the codes that stand for them in `Playback.stepKinds`. */
export const stepKinds = [
  'click',
  'double-click',
  'drag',
  'scroll',
  'key',
  'typing',
  'shortcut',
  'window',
  'screenshot',
  'pause',
  'gap',
  'redaction',
  'pointer',
] as const satisfies readonly StepKind[];

export type Modifier = Extract<Action, { type: 'keydown' }>['modifiers'][number];

/** The window that had the keyboard, as far as the system told; `excluded`: one that the person had left out. */
export type StepWindow = { title?: string; app?: string; excluded?: true };

/**
 * Something a person did or that the recording lacks, made of one action or of many that follow each other: actions `firstAction` to
 * `firstAction + actionCount - 1` of the session. A screenshot that belongs to no other step has none.
 */
export type Step = {
  kind: StepKind;
  /**
   * When it was done: the press, the first key; when a pause, a gap or a redaction began. A gap in which other steps were
   * done comes after them, at the time of the last: steps are in order of time.
   */
  tUs: number;
  /** When it ended; not before `tUs`. */
  untilUs: number;
  firstAction: number;
  actionCount: number;
  /** Where: pointer steps only. A drag ends at `to`. */
  at?: Point;
  to?: Point;
  /** 1 left, 2 right, 3 middle, 4 back, 5 forward; 0: one that the system does not number. */
  button?: number;
  modifiers?: Modifier[];
  /** The key of `key` and `shortcut`; what was typed, where that is recorded. Codes of KeyboardEvent.code. */
  keys?: string[];
  /** What stands on the key of a `key` or `shortcut`, by the layout of the keyboard; absent where that is not known. */
  keyName?: string;
  /** How often: clicks of a `double-click`, keys of a `typing`, repetitions of a `key` or `shortcut`. */
  count: number;
  /** Sum of a `scroll`. Positive is down and right. */
  deltaX?: number;
  deltaY?: number;
  /** What a `gap` has not. */
  missing?: 'input' | 'video' | 'microphone';
  /** When a `gap` or a `redaction` really began; `untilUs` is when it ended. */
  fromUs?: number;
  /** Of a `window`: the one that was switched to. Else the one in which it was done. */
  window?: StepWindow;
  screenshot?: Screenshot;
};

/** A step with the frame that was on screen when it was done: a time inside it, in the video of a segment. */
export type PlayedStep = Step & { frame?: { segment: number; atUs: number } };
