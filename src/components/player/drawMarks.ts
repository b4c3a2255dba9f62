import type { TimeLine } from '../../shared/playback/timeLine';

/** `at`: from 0 to 1 along the line. */
type Mark = { at: number; color: string };

const HATCH_PX = 6;
const MARK_INSET_PX = 9;

/** Draws a line's gaps and marks on a canvas, in device pixels. */
export function drawMarks(
  canvas: HTMLCanvasElement,
  line: TimeLine,
  marks: readonly Mark[],
  gapColor: string,
): void {
  const scale = devicePixelRatio;
  const { clientWidth: width, clientHeight: height } = canvas;
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const context = canvas.getContext('2d');
  if (context === null || line.lengthUs === 0) return;
  context.scale(scale, scale);
  for (const { segment, lineFromUs, lineUntilUs } of line.items)
    if (segment === null)
      hatch(
        context,
        (lineFromUs / line.lengthUs) * width,
        (lineUntilUs / line.lengthUs) * width,
        height,
        gapColor,
      );
  // Of several marks on one pixel only the last is visible, so the others are skipped.
  const seen = new Map(marks.map(({ at, color }) => [Math.round(at * (width - 2)), color]));
  for (const [x, color] of seen) {
    context.fillStyle = color;
    context.fillRect(x, MARK_INSET_PX, 2, height - 2 * MARK_INSET_PX);
  }
}

function hatch(
  context: CanvasRenderingContext2D,
  from: number,
  until: number,
  height: number,
  color: string,
): void {
  context.save();
  context.beginPath();
  context.rect(from, 0, until - from, height);
  context.clip();
  context.strokeStyle = color;
  context.globalAlpha = 0.55;
  context.beginPath();
  for (let x = from - height; x < until; x += HATCH_PX) {
    context.moveTo(x, height);
    context.lineTo(x + height, 0);
  }
  context.stroke();
  context.restore();
}
