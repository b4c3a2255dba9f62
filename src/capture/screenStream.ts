/**
 * Larger than any screen or window. Chromium scales a picture down to 1280 × 720 where nothing is asked for, never up to
 * what is asked for, and into a frame of 16 : 9 where only `max` is given.
 */
const LARGER_THAN_ANY = { ideal: 16_000 };
const AS_IT_IS = { frameRate: 30, width: LARGER_THAN_ANY, height: LARGER_THAN_ANY };

/**
 * Opens the source that main grants to this page.
 * @throws DOMException as getDisplayMedia gives it: NotAllowedError, NotFoundError, NotReadableError, InvalidStateError.
 */
export async function openScreen(): Promise<MediaStreamTrack> {
  const display = await navigator.mediaDevices.getDisplayMedia({ video: AS_IT_IS, audio: false });
  const screen = display.getVideoTracks()[0];
  if (screen === undefined) throw new DOMException('The source has no picture.', 'NotFoundError');
  return screen;
}
