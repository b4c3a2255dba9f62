import type { Clock, Logger, Timer } from '../../shared/runtime';
import type { UploadState } from '../../shared/upload';
import type { UploadQueue } from '../uploadQueue';

const EVERY_MS = 5000;
/** No stamp is like it. */
const UNKNOWN = 'unknown';
/** The stamp while the settings name no profile: then nothing of AWS's tools can mend anything. */
export const NO_PROFILE = 'no profile';
/** Ends that a new sign-in, a mended profile or new keys in it may turn. */
const MENDABLE = new Set([
  'InvalidAccessKeyId',
  'SignatureDoesNotMatch',
  'InvalidToken',
  'ProfilesUnreadable',
  'ProfileUsesCredentialSource',
  'ProfileWantsMfa',
  'ProfileTooSlow',
  'ProfileUnusable',
  'SsoSessionExpired',
  'LoginSessionExpired',
  'ExpiredToken',
  'ProfileMissing',
  'ProfileWithoutKeys',
  'ProfileRoleRefused',
  'CredentialProcessFailed',
]);

export type SignInWatchParts = {
  queue: Pick<UploadQueue, 'subscribe' | 'snapshot' | 'retry'>;
  /** Changes whenever somebody signs in with AWS's tools, or changes a profile. */
  signInStamp(): Promise<string>;
  clock: Pick<Clock, 'setTimeout' | 'clearTimeout'>;
  log: Logger;
};

/**
 * While uploads have failed for want of a sign-in, looks whether the files that AWS's tools keep it in have changed, and
 * retries those uploads once for each change: nobody has to come back to the app for that.
 */
export class SignInWatch {
  private timer: Timer | null = null;
  private looking = false;
  private closed = false;
  /**
   * Of when the watch began, or of the last retry: what was tried with it may fail before a sign-in that comes meanwhile
   * is seen. Null while there is nothing to wait for.
   */
  private stamp: Promise<string> | null = null;
  private readonly unsubscribe: () => void;

  constructor(private readonly parts: SignInWatchParts) {
    this.unsubscribe = parts.queue.subscribe(({ bytesOnly }) => bytesOnly || this.plan());
  }

  /**
   * Call it when the queue knows what the last run of the app left: who signed in while no app was there to see it is
   * not known, so those uploads are tried once.
   */
  checkAfterRestart(): void {
    if (this.waiting().length > 0) this.stamp = Promise.resolve(UNKNOWN);
    this.plan();
  }

  close(): void {
    this.closed = true;
    this.unsubscribe();
    this.plan();
  }

  private plan(): void {
    const { clock } = this.parts;
    if (this.closed || this.waiting().length === 0) {
      if (this.timer) clock.clearTimeout(this.timer);
      this.timer = null;
      if (!this.isTrying()) this.stamp = null;
      return;
    }
    this.stamp ??= this.read();
    if (!this.timer && !this.looking) this.timer = clock.setTimeout(() => void this.look(), EVERY_MS);
  }

  private waiting(): UploadState[] {
    return this.parts.queue
      .snapshot()
      .filter(({ status, error }) => status === 'failed' && MENDABLE.has(error?.code ?? ''));
  }

  private isTrying(): boolean {
    return this.parts.queue.snapshot().some(({ status }) => status === 'pending' || status === 'uploading');
  }

  private async look(): Promise<void> {
    this.timer = null;
    this.looking = true;
    const [before, now] = await Promise.all([this.stamp, this.read()]);
    try {
      if (this.closed || before === null || before === now) return;
      this.stamp = Promise.resolve(now);
      if (before === NO_PROFILE || now === NO_PROFILE) return;
      const waiting = this.waiting();
      this.parts.log.info('retried after a change of the AWS sign-in', { uploads: waiting.length });
      for (const { sessionId } of waiting) await this.parts.queue.retry(sessionId);
    } catch (error) {
      this.parts.log.warn('uploads could not be retried after a sign-in', { error: String(error) });
    } finally {
      this.looking = false;
      this.plan();
    }
  }

  /** Files that cannot be read are told of by the uploads that need them. */
  private read(): Promise<string> {
    return this.parts.signInStamp().catch(() => '');
  }
}
