/**
 * Larger than any screen or window. Without constraints Chromium scales a picture down to 1280 × 720; it never scales
 * up to a constraint; with `max` alone it uses a 16 : 9 frame.
 */
const LARGER_THAN_ANY = { ideal: 16_000 };
const AS_IT_IS = { frameRate: 30, width: LARGER_THAN_ANY, height: LARGER_THAN_ANY };

/**
 * Opens the source that main grants to this page.
 * @throws DOMException from getDisplayMedia: NotAllowedError, NotFoundError, NotReadableError, InvalidStateError.
 */
export async function openScreen(): Promise<MediaStreamTrack> {
  const display = await navigator.mediaDevices.getDisplayMedia({ video: AS_IT_IS, audio: false });
  const screen = display.getVideoTracks()[0];
  if (screen === undefined) throw new DOMException('The source has no picture.', 'NotFoundError');
  return screen;
}
