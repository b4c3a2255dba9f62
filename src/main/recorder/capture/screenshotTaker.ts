import type { Screenshot } from '../../../shared/session';
import type { Logger } from '../../../shared/runtime';
import type { CaptureClient } from './captureClient';
import type { SessionFiles } from '../sessionFiles';

export type ScreenshotTakerParts = {
  capture: CaptureClient;
  /** Now, on the session's clock. */
  tUs: () => number;
  /** null when the recording has no open files. */
  files: () => SessionFiles | null;
  /** Whether what was seen at this time must not be kept. */
  isHidden: (tUs: number) => boolean;
  /** Resolves to whether what was seen at this time may be kept. */
  permits: (tUs: number) => Promise<boolean>;
  /** Whether the page shows black just now. */
  isBlank: () => boolean;
  log: Logger;
  /** The disk refused a picture. */
  onFailure: (error: unknown) => void;
};

/** As many as are taken in five seconds: where page or disk do not keep up, memory must not fill. */
const MOST_UNDER_WAY = 20;

/** Takes screenshots at once and files them when they arrive; one that fails is told to the log. */
export class ScreenshotTaker {
  private readonly underWay = new Set<Promise<void>>();

  constructor(private readonly parts: ScreenshotTakerParts) {}

  shoot(trigger: Screenshot['trigger']): void {
    if (this.parts.isBlank()) return;
    if (this.underWay.size >= MOST_UNDER_WAY)
      return this.parts.log.warn('screenshot missed', { trigger, error: 'too many are under way' });
    const taking = this.take(trigger).catch((error: unknown) =>
      this.parts.log.warn('screenshot missed', { trigger, error: String(error) }),
    );
    this.underWay.add(taking);
    void taking.finally(() => this.underWay.delete(taking));
  }

  /** Resolves when every screenshot asked for so far is filed or has failed. */
  async settled(): Promise<void> {
    await Promise.all(this.underWay);
  }

  private async take(trigger: Screenshot['trigger']): Promise<void> {
    const { capture, tUs, files, isHidden, permits } = this.parts;
    const { width, height, ageMs, jpeg } = await capture.screenshot();
    const takenUs = Math.round(tUs() - ageMs * 1000);
    if (isHidden(takenUs) || !(await permits(takenUs))) return;
    try {
      await files()?.screenshot({ tUs: takenUs, trigger, width, height }, jpeg);
    } catch (error) {
      this.parts.onFailure(error);
      throw error;
    }
  }
}
