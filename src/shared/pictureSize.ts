/** Pixels. */
export type PictureSize = { width: number; height: number };

/**
 * The largest picture that H.264 levels 5.1 and 5.2 allow, in macroblocks of 16 × 16 pixels (4096 × 2304), and the longest
 * side. Source: ITU-T H.264 table A-1. Chromium's encoder refuses anything larger.
 */
const MOST_MACROBLOCKS = 36_864;
const LONGEST_SIDE = 8192;

/** The size at which a picture is recorded: its own, or the largest of the same shape that the encoder takes. */
export function recordedSize(size: PictureSize): PictureSize {
  if (isEncodable(size)) return size;
  const { width, height } = size;
  const byArea = Math.sqrt((MOST_MACROBLOCKS * 256) / (width * height));
  let scale = Math.min(1, byArea, LONGEST_SIDE / Math.max(width, height));
  for (;;) {
    const scaled = { width: toEven(width * scale), height: toEven(height * scale) };
    if (isEncodable(scaled)) return scaled;
    scale *= 0.999;
  }
}

function isEncodable({ width, height }: PictureSize): boolean {
  const macroblocks = Math.ceil(width / 16) * Math.ceil(height / 16);
  return macroblocks <= MOST_MACROBLOCKS && Math.max(width, height) <= LONGEST_SIDE;
}

function toEven(pixels: number): number {
  return Math.max(2, Math.floor(pixels / 2) * 2);
}
