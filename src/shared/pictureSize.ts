/** Pixels. */
export type PictureSize = { width: number; height: number };

/**
 * The largest picture in H.264 levels 5.1 and 5.2, in macroblocks of 16 × 16 pixels (4096 × 2304), and the longest
 * side. Source: ITU-T H.264 table A-1. Chromium's encoder rejects anything larger.
 */
const MOST_MACROBLOCKS = 36_864;
const LONGEST_SIDE = 8192;

/**
 * The size at which a picture is recorded: its own, or the largest of the same shape that the encoder accepts. Chromium
 * scales by one side and rounds the other (measured: to an integer, then up to even). Only sizes that this leaves
 * unchanged are chosen, so the picture gets exactly this size.
 */
export function recordedSize(size: PictureSize): PictureSize {
  if (isEncodable(size)) return size;
  const isUpright = size.height > size.width;
  const [shorter, longer] = isUpright ? [size.width, size.height] : [size.height, size.width];
  for (let long = evenDown(Math.min(longer, LONGEST_SIDE)); ; long -= 2) {
    const exactly = (shorter * long) / longer;
    const short = Math.max(2, roundedToEven(exactly));
    const staysAsItIs = short >= exactly || roundedToEven((longer * short) / shorter) === long;
    const scaled = oriented(short, long, isUpright);
    if (staysAsItIs && isEncodable(scaled)) return scaled;
  }
}

function oriented(short: number, long: number, isUpright: boolean): PictureSize {
  return isUpright ? { width: short, height: long } : { width: long, height: short };
}

function isEncodable({ width, height }: PictureSize): boolean {
  const macroblocks = Math.ceil(width / 16) * Math.ceil(height / 16);
  return macroblocks <= MOST_MACROBLOCKS && Math.max(width, height) <= LONGEST_SIDE;
}

function evenDown(pixels: number): number {
  return Math.floor(pixels / 2) * 2;
}

function roundedToEven(pixels: number): number {
  return Math.ceil(Math.round(pixels) / 2) * 2;
}
