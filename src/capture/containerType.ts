/** Best first: H.264 in fragmented MP4 plays everywhere; WebM is what a Chromium without the codec gives. */
const candidates = {
  withSound: [
    'video/mp4;codecs=avc1.640033,mp4a.40.2',
    'video/mp4;codecs=avc1.640033,opus',
    'video/mp4;codecs=avc1.42E01F,opus',
    'video/webm;codecs=vp9,opus',
    'video/webm;codecs=vp8,opus',
  ],
  silent: [
    'video/mp4;codecs=avc1.640033',
    'video/mp4;codecs=avc1.42E01F',
    'video/webm;codecs=vp9',
    'video/webm;codecs=vp8',
  ],
};

/**
 * The container and codecs to record with.
 * @param isSupported `MediaRecorder.isTypeSupported`
 * @throws Error when this Chromium can record none of them
 */
export function chooseContainerType(sound: boolean, isSupported: (type: string) => boolean): string {
  const chosen = candidates[sound ? 'withSound' : 'silent'].find(isSupported);
  if (chosen === undefined) throw new Error('No video format of this system can be recorded.');
  return chosen;
}
