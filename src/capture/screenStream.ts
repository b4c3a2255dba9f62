/** Without bounds of its own Chromium scales a screen down to 1280 × 720; these admit any screen as it is. */
const AS_IT_IS = { frameRate: 30, width: { max: 7680 }, height: { max: 4320 } };

/** Live capture: the screen's track, and the sound to be mixed into the recording when it was asked for. */
export type ScreenStream = { screen: MediaStreamTrack; stream: MediaStream; microphone: boolean };

/**
 * Opens the source that main grants to this page.
 * @throws DOMException as getDisplayMedia gives it: NotAllowedError, NotFoundError, NotReadableError, InvalidStateError.
 */
export async function openScreenStream(microphone: boolean): Promise<ScreenStream> {
  const media = navigator.mediaDevices;
  const display = await media.getDisplayMedia({ video: AS_IT_IS, audio: false });
  const screen = display.getVideoTracks()[0];
  if (screen === undefined) throw new DOMException('The source has no picture.', 'NotFoundError');
  if (!microphone) return { screen, stream: display, microphone: false };
  try {
    const voice = await media.getUserMedia({ audio: true });
    return { screen, stream: new MediaStream([screen, ...voice.getAudioTracks()]), microphone: true };
  } catch (error) {
    screen.stop();
    throw error;
  }
}

export function closeScreenStream({ stream }: ScreenStream): void {
  for (const track of stream.getTracks()) track.stop();
}
