/**
 * Best first: H.264 in fragmented MP4 plays everywhere; WebM is the fallback of a Chromium without the codec. With
 * `avc3` each key frame contains its size (see `FragmentGate`).
 */
const steady = {
  withSound: [
    'video/mp4;codecs=avc3.640033,mp4a.40.2',
    'video/mp4;codecs=avc3.640033,opus',
    'video/mp4;codecs=avc3.42E01F,opus',
    'video/webm;codecs=vp9,opus',
    'video/webm;codecs=vp8,opus',
  ],
  silent: [
    'video/mp4;codecs=avc3.640033',
    'video/mp4;codecs=avc3.42E01F',
    'video/webm;codecs=vp9',
    'video/webm;codecs=vp8',
  ],
};

/** Formats in which each frame contains its size, so that players follow changes. VP8 costs the least. */
const changing = {
  withSound: ['video/webm;codecs=vp8,opus', 'video/webm;codecs=vp9,opus'],
  silent: ['video/webm;codecs=vp8', 'video/webm;codecs=vp9'],
};

export type ContainerWishes = {
  sound: boolean;
  /** The picture keeps changing its size. */
  sizeChanges: boolean;
  /** Types whose encoder has failed. */
  failed: ReadonlySet<string>;
};

/**
 * Chooses the container and codecs to record with.
 * @param isSupported `MediaRecorder.isTypeSupported`
 * @throws Error when this Chromium supports none of them
 */
export function chooseContainerType(
  { sound, sizeChanges, failed }: ContainerWishes,
  isSupported: (type: string) => boolean,
): string {
  const kind = sound ? 'withSound' : 'silent';
  const candidates = [...(sizeChanges ? changing[kind] : []), ...steady[kind]];
  const chosen = candidates.find((type) => !failed.has(type) && isSupported(type));
  if (chosen === undefined) throw new Error('No video format of this system can be recorded.');
  return chosen;
}

/** Whether a recording of this type plays to its end if the picture changes its size. */
export function followsSize(type: string): boolean {
  return type.startsWith('video/webm');
}
