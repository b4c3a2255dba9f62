import type { Action, Screenshot } from '../session';

/** Physical pixels of a named display in a geometry epoch, as in actions. */
export type Point = { display: string; epoch: number; x: number; y: number };

/** Every kind, in the order of the codes in `Playback.stepKindCodes`. */
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
] as const;

export type StepKind = (typeof stepKinds)[number];

export type Modifier = Extract<Action, { type: 'keydown' }>['modifiers'][number];

/**
 * The window with the keyboard focus, as far as the system reported it; `excluded`: the user excluded it from
 * recording.
 */
export type StepWindow = { title?: string; app?: string; excluded?: true };

/**
 * Something the user did, or that the recording lacks. Made of one or more consecutive actions: `firstAction` to
 * `firstAction + actionCount - 1` of the session. A screenshot without another step has no actions.
 */
export type Step = {
  kind: StepKind;
  /**
   * Time of the press or first key, or start of a pause, gap or redaction. A gap that contains other steps follows
   * them, with the time of the last one: steps are ordered by time.
   */
  tUs: number;
  /** When it ended; not before `tUs`. */
  untilUs: number;
  firstAction: number;
  actionCount: number;
  /** Position, for pointer steps only. A drag ends at `to`. */
  at?: Point;
  to?: Point;
  /** 1 left, 2 right, 3 middle, 4 back, 5 forward; 0: no number from the system. */
  button?: number;
  modifiers?: Modifier[];
  /** The key of `key` and `shortcut`; the typed keys, if recorded. Codes of KeyboardEvent.code. */
  keys?: string[];
  /** The label of the key of a `key` or `shortcut` in the keyboard's layout; absent if unknown. */
  keyName?: string;
  /** Repeats: clicks of a `double-click`, keys of a `typing`, repetitions of a `key` or `shortcut`. */
  count: number;
  /** Sum of a `scroll`. Positive is down and right. */
  deltaX?: number;
  deltaY?: number;
  /** What a `gap` lacks. */
  missing?: 'input' | 'video' | 'microphone';
  /** The actual start of a `gap` or a `redaction`; `untilUs` is its end. */
  fromUs?: number;
  /** For `window`: the window switched to. Otherwise the window of the step. */
  window?: StepWindow;
  screenshot?: Screenshot;
};

/** A step with the frame that was on screen at its time: a position in the video of a segment. */
export type PlayedStep = Step & { frame?: { segment: number; atUs: number } };
