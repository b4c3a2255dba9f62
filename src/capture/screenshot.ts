const JPEG_QUALITY = 0.85;

/** Encodes one frame as JPEG at its own size. */
export async function encodeJpeg(frame: VideoFrame): Promise<{ width: number; height: number; jpeg: Blob }> {
  const width = frame.displayWidth;
  const height = frame.displayHeight;
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d');
  if (context === null) throw new DOMException('No canvas for a screenshot.', 'NotSupportedError');
  // Drawn at once: the frame may be closed as soon as the next one arrives.
  context.drawImage(frame, 0, 0, width, height);
  return { width, height, jpeg: await canvas.convertToBlob({ type: 'image/jpeg', quality: JPEG_QUALITY }) };
}
