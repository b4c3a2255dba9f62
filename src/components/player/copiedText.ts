import type { Playback } from '../../shared/playback/playback';
import type { PlayedStep } from '../../shared/playback/step';
import { clockText, describeStep, windowText } from '../../shared/playback/stepText';
import { toVideoTime } from '../../shared/playback/timeMap';
import type { PlaybackState } from './PlaybackEngine';

/** A step in one line, for a report or a chat. */
export function stepAsText(step: PlayedStep, index: number): string {
  const { at, to } = step;
  const place = at && `at ${at.x}, ${at.y}${to ? ` to ${to.x}, ${to.y}` : ''}`;
  const words = [describeStep(step), place].filter((part) => part !== undefined).join(' ');
  const where = step.kind === 'window' ? '' : windowText(step.window);
  return [`Step ${index + 1}`, clockText(step.tUs), words, where].filter((part) => part !== '').join(' · ');
}

/** The position of the frame on screen: on the session's clock, and in its file. */
export function frameText(
  { segments, sessionId }: Playback,
  { tUs, segment, picture }: PlaybackState,
): string {
  const at = `${clockText(tUs)} (tUs ${Math.round(tUs)}) in ${sessionId}`;
  const file = segment === null || picture === 'gap' ? undefined : segments[segment];
  if (file === undefined) return at;
  const seconds = Math.max(0, toVideoTime(file.points, tUs)) / 1e6;
  return `${at}: ${file.file} at ${seconds.toFixed(3)} s`;
}
