import { keyLabel } from './keys';
import type { Step, StepWindow } from './step';

const buttons: Readonly<Record<number, string>> = {
  ...{ 0: 'Other button', 1: '', 2: 'Right', 3: 'Middle', 4: 'Back', 5: 'Forward' },
};
const missingWords = { input: 'Mouse and keyboard were', video: 'The picture was', microphone: 'Sound was' };

/** Describes a step in a few words: `Right click`, `Typed 12 keys`, `Ctrl + S`. */
export function describeStep(step: Step): string {
  switch (step.kind) {
    case 'click':
    case 'double-click':
    case 'drag':
      return withModifiers(step, pointerWords(step));
    case 'scroll':
      return `Scrolled ${direction(step)}`;
    case 'key':
      return withModifiers(step, times(step.keyName ?? keyLabel(step.keys?.[0] ?? ''), step.count));
    case 'typing':
      return step.count === 1 ? 'Typed 1 key' : `Typed ${step.count} keys`;
    case 'shortcut':
      return withModifiers(step, times(step.keyName ?? keyLabel(step.keys?.[0] ?? ''), step.count));
    case 'window':
      return `Switched to ${windowText(step.window) || 'another window'}`;
    case 'screenshot':
      return shotWords[step.screenshot?.trigger ?? 'press'];
    case 'pause':
      return step.untilUs > step.tUs ? `Paused for ${lengthWords(step.untilUs - step.tUs)}` : 'Paused';
    case 'gap':
      return `${missingWords[step.missing ?? 'input']} not recorded for ${lengthWords(step.untilUs - (step.fromUs ?? step.tUs))}`;
    case 'redaction':
      return `Everything was hidden for ${lengthWords(step.untilUs - (step.fromUs ?? step.tUs))}`;
    case 'pointer':
      return 'Moved the pointer';
  }
}

const shotWords = {
  start: 'Screenshot at the start',
  press: 'Screenshot',
  enter: 'Screenshot',
  stop: 'Screenshot at the end',
};

function pointerWords({ kind, button, count }: Step): string {
  const which = buttons[button ?? 1] ?? `Button ${button}`;
  const what = kind === 'drag' ? 'drag' : kind === 'click' ? 'click' : many(count);
  return which === '' ? capital(what) : `${which} ${what}`;
}

function many(count: number): string {
  if (count === 2) return 'double click';
  return count === 3 ? 'triple click' : `${count} clicks`;
}

function direction({ deltaX = 0, deltaY = 0 }: Step): string {
  if (Math.abs(deltaX) > Math.abs(deltaY)) return deltaX > 0 ? 'right' : 'left';
  return deltaY < 0 ? 'up' : 'down';
}

function times(words: string, count: number): string {
  return count === 1 ? words : `${words} × ${count}`;
}

const order = ['ctrl', 'alt', 'shift', 'meta'] as const;

function withModifiers({ modifiers = [] }: Step, words: string): string {
  const held = order.filter((modifier) => modifiers.includes(modifier)).map(capital);
  return [...held, words].join(' + ');
}

function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** A window by its title and app; empty if both are unknown. */
export function windowText({ title, app, excluded }: StepWindow = {}): string {
  if (excluded) return 'a window that is left out';
  if (!title || !app) return title || app || '';
  return `${title} (${app})`;
}

/** `0.4 s`, `12 s`, `4 min 5 s`, `2 h 10 min`. */
export function lengthWords(lengthUs: number): string {
  const seconds = Math.max(0, lengthUs / 1e6);
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return two(minutes, 'min', whole % 60, 's');
  return two(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
}

function two(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}

/** `0:07.3`, `12:34.0`, `1:02:03.4`: a time in the session. */
export function clockText(tUs: number): string {
  const tenths = Math.max(0, Math.floor(tUs / 100_000));
  const seconds = Math.floor(tenths / 10);
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const padded = (n: number) => String(n).padStart(2, '0');
  const minutes = h > 0 ? `${h}:${padded(m)}` : String(m);
  return `${minutes}:${padded(s)}.${tenths % 10}`;
}
