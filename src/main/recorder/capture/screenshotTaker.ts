import type { Screenshot } from '../../../shared/session';
import type { Logger } from '../../../shared/runtime';
import type { CaptureClient } from './captureClient';
import type { SessionFiles } from '../sessionFiles';

export type ScreenshotTakerParts = {
  capture: CaptureClient;
  /** Now, on the session's clock. */
  tUs: () => number;
  /** null if the recording has no open files. */
  files: () => SessionFiles | null;
  /** Whether this time is redacted. */
  isHidden: (tUs: number) => boolean;
  /** Resolves to whether a window that may be recorded had the focus at this time. */
  permits: (tUs: number) => Promise<boolean>;
  /** Whether the page shows black now. */
  isBlank: () => boolean;
  log: Logger;
  /** A screenshot could not be written. */
  onFailure: (error: unknown) => void;
};

/** Five seconds' worth, so that a slow page or disk does not fill the memory. */
const MOST_UNDER_WAY = 20;

/** Requests screenshots and writes them when they arrive. Logs the ones that fail. */
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

  /** Resolves when every requested screenshot is written or has failed. */
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
