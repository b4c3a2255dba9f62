import { attachScreenshots } from '../../../../shared/playback/attachScreenshots';
import { deriveSteps } from '../../../../shared/playback/deriveSteps';
import { placeOnPicture } from '../../../../shared/playback/placeOnPicture';
import type { Step } from '../../../../shared/playback/step';
import { clockText, describeStep, windowText } from '../../../../shared/playback/stepText';
import { frameSchema, screenshotSchema, type SessionHeader } from '../../../../shared/session';
import { readActions } from '../../../sessions/actionsFile';
import { FrameTrack, type FramePlace } from '../../../sessions/frameTrack';
import { readJsonLines } from '../../../sessions/jsonLines';
import type { SessionPaths } from '../../../sessions/sessionPaths';
import { escapeHtml } from './escapeHtml';

/** Steps that are laid out together; see `.page` in the style. */
const PAGE_STEPS = 100;

/** The steps as HTML, page by page; none is held longer than it takes to write it. */
export async function* reportSteps(
  paths: SessionPaths,
  header: SessionHeader,
  segments: readonly string[],
): AsyncGenerator<string> {
  const frames = new FrameTrack(readJsonLines(paths.frames, frameSchema, () => undefined));
  const shots = readJsonLines(paths.screenshotsLog, screenshotSchema, () => undefined);
  const parts = new Map(segments.map((file, index) => [file, index]));
  let written = 0;
  try {
    for await (const step of attachScreenshots(
      deriveSteps(readActions(paths.actions), header.keyboard),
      shots,
    )) {
      if (written % PAGE_STEPS === 0) {
        yield written === 0
          ? '<section class="page"><ol>\n'
          : `</ol></section>\n<section class="page"><h3>Steps from ${written + 1}</h3><ol>\n`;
      }
      written += 1;
      const frame = await frames.at(step.tUs);
      yield stepRow(step, header, frame && placeInParts(frame, parts));
    }
  } finally {
    await frames.close();
  }
  yield written > 0
    ? '</ol></section>\n'
    : '<p class="soft">Nothing was clicked or typed in this session.</p>\n';
}

type PartPlace = { part: number; atUs: number };

function placeInParts({ file, atUs }: FramePlace, parts: ReadonlyMap<string, number>): PartPlace | null {
  const part = parts.get(file);
  return part === undefined ? null : { part, atUs };
}

function stepRow(step: Step, header: SessionHeader, place: PartPlace | null): string {
  const words = `<time>${clockText(step.tUs)}</time><span><bdi>${escapeHtml(describeStep(step))}</bdi>${whereText(step)}</span>`;
  const seek = place === null ? '' : ` data-part="${place.part}" data-at="${(place.atUs / 1e6).toFixed(3)}"`;
  const window = step.kind === 'window' ? '' : windowText(step.window);
  const within = window === '' ? '' : `<p class="in"><bdi>${escapeHtml(window)}</bdi></p>`;
  return `<li${seek}><button type="button">${words}</button>${within}${picture(step, header)}</li>\n`;
}

function whereText({ at, to }: Step): string {
  if (at === undefined) return '';
  return ` <span class="soft">at ${at.x}, ${at.y}${to ? ` to ${to.x}, ${to.y}` : ''}</span>`;
}

/** The screenshot of a step, with what was clicked marked on it. */
function picture(step: Step, header: SessionHeader): string {
  const { screenshot } = step;
  if (screenshot === undefined) return '';
  const { width, height, file, tUs } = screenshot;
  const image = `<img loading="lazy" width="${width}" height="${height}" alt="Screenshot at ${clockText(tUs)}" src="${escapeHtml(file)}">`;
  const marks = [step.at, step.to].map((point) => {
    const place = point && placeOnPicture(header, point.epoch, point, screenshot);
    return place ? ring(place.x * width, place.y * height, Math.max(width, height) / 60) : '';
  });
  return `<figure>${image}<svg aria-hidden="true" viewBox="0 0 ${width} ${height}" fill="none">${marks.join('')}</svg></figure>`;
}

/** A bright ring in a dark one: visible on any picture. */
function ring(x: number, y: number, radius: number): string {
  const circle = `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="${radius.toFixed(1)}"`;
  const width = (radius / 4).toFixed(1);
  return `${circle} stroke="#000" stroke-opacity=".55" stroke-width="${(radius / 2).toFixed(1)}"/>${circle} stroke="#ffd84d" stroke-width="${width}"/>`;
}
