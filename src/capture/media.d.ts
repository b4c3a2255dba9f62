/** APIs that Chromium has and TypeScript's lib.dom lacks. Source: W3C mediacapture-transform, MediaRecorder (2024). */
interface MediaStreamTrackProcessor {
  readonly readable: ReadableStream<VideoFrame>;
}
declare const MediaStreamTrackProcessor: {
  new (init: { track: MediaStreamTrack; maxBufferSize?: number }): MediaStreamTrackProcessor;
};
interface MediaRecorderOptions {
  /** Milliseconds between key frames. Without it MP4 output starts seconds late, and a crash loses those seconds. */
  videoKeyFrameIntervalDuration?: number;
}
/** Source: WICG Keyboard Map. */
interface Navigator {
  readonly keyboard?: { getLayoutMap(): Promise<Iterable<[string, string]>> };
}
