/** A microphone that hangs or waits for a permission must not delay the picture. */
const ANSWER_MS = 8000;

export type MicrophoneProblem = { name: string; message: string };

/** The microphone during a recording: opened when a segment needs it, then kept while its track is live. */
export class Microphone {
  #track: MediaStreamTrack | null = null;
  readonly #request: () => Promise<MediaStreamTrack | undefined>;
  readonly #later: (run: () => void, delayMs: number) => void;

  /** @param request opens the system's microphone; rejects with a DOMException from getUserMedia */
  constructor(
    request: () => Promise<MediaStreamTrack | undefined>,
    later: (run: () => void, delayMs: number) => void,
  ) {
    this.#request = request;
    this.#later = later;
  }

  /** The live track, or why there is none. Never rejects. */
  async open(): Promise<{ track: MediaStreamTrack } | { problem: MicrophoneProblem }> {
    if (this.#track?.readyState === 'live') return { track: this.#track };
    try {
      const track = await this.#answered();
      this.#track = track;
      return { track };
    } catch (error) {
      return { problem: problemOf(error) };
    }
  }

  close(): void {
    this.#track?.stop();
    this.#track = null;
  }

  #answered(): Promise<MediaStreamTrack> {
    return new Promise((resolve, reject) => {
      let isLate = false;
      this.#later(() => {
        isLate = true;
        reject(new DOMException('No answer.', 'TimeoutError'));
      }, ANSWER_MS);
      this.#request().then((track) => {
        if (isLate) track?.stop();
        else if (track === undefined) reject(new DOMException('It has no sound.', 'NotFoundError'));
        else resolve(track);
      }, reject);
    });
  }
}

export async function requestMicrophone(): Promise<MediaStreamTrack | undefined> {
  return (await navigator.mediaDevices.getUserMedia({ audio: true })).getAudioTracks()[0];
}

function problemOf(error: unknown): MicrophoneProblem {
  if (error instanceof Error || error instanceof DOMException)
    return { name: error.name, message: error.message };
  return { name: 'Error', message: String(error) };
}
