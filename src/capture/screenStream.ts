/** Without bounds of its own Chromium scales a screen down to 1280 × 720; these admit any screen as it is. */
const AS_IT_IS = { frameRate: 30, width: { max: 7680 }, height: { max: 4320 } };

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
