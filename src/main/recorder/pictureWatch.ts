const FRESH_US = 2_000_000;
/** What the page gathers from key frame to key frame, and so takes along when it dies. */
const CHUNK_US = 1_250_000;

/**
 * Whether the picture still arrives. A screen where nothing moves may give no frames, so silence alone proves
 * nothing: the capture page's beat says that the track lives, and the pointer, which is drawn into a recorded
 * screen, says that there is something to see.
 */
export class PictureWatch {
  #beatUs = 0;
  #frameUs = 0;
  #motionUs = 0;
  #keptUs = 0;

  begin(nowUs: number): void {
    this.#beatUs = this.#frameUs = this.#motionUs = this.#keptUs = nowUs;
  }

  beat(nowUs: number, frames: number): void {
    this.#beatUs = nowUs;
    if (frames > 0) this.#frameUs = nowUs;
  }

  /** A chunk is in its file. */
  kept(nowUs: number): void {
    this.#keptUs = nowUs;
  }

  /** The pointer moved where it is certainly drawn into the picture. */
  motion(atUs: number): void {
    this.#motionUs = Math.max(this.#motionUs, atUs);
  }

  arrives(nowUs: number): boolean {
    if (nowUs - this.#beatUs > FRESH_US) return false;
    return this.#motionUs - this.#frameUs <= FRESH_US;
  }

  /** Until when the picture is certainly in its file. Where nothing moves no chunk comes, but the beat does. */
  get lastKeptUs(): number {
    return Math.max(this.#keptUs, this.#beatUs - CHUNK_US);
  }
}
