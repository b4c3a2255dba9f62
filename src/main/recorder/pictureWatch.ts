const FRESH_US = 3_000_000;

/**
 * Whether the picture still arrives. A screen where nothing moves may give no frames, so silence alone proves
 * nothing: the capture page's beat says that the track lives, and the pointer, which is drawn into a recorded
 * screen, says that there is something to see.
 */
export class PictureWatch {
  #beatUs = 0;
  #frameUs = 0;
  #motionUs = 0;

  begin(nowUs: number): void {
    this.#beatUs = this.#frameUs = this.#motionUs = nowUs;
  }

  beat(nowUs: number, frames: number): void {
    this.#beatUs = nowUs;
    if (frames > 0) this.#frameUs = nowUs;
  }

  /** The pointer moved where it is certainly drawn into the picture. */
  motion(atUs: number): void {
    this.#motionUs = Math.max(this.#motionUs, atUs);
  }

  arrives(nowUs: number): boolean {
    if (nowUs - this.#beatUs > FRESH_US) return false;
    return this.#motionUs - this.#frameUs <= FRESH_US;
  }

  /** When the picture was last known to arrive. */
  get lastFrameUs(): number {
    return this.#frameUs;
  }
}
