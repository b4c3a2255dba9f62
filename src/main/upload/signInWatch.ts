import type { Clock, Logger, Timer } from '../../shared/runtime';
import type { UploadState } from '../../shared/upload';
import type { UploadQueue } from '../uploadQueue';

const EVERY_MS = 5000;
/** Differs from every stamp. */
const UNKNOWN = 'unknown';
/** The stamp while the settings name no profile: a sign-in with AWS's tools cannot help then. */
export const NO_PROFILE = 'no profile';
/** Failures that a new sign-in, or a changed profile or its new keys, may fix. */
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
  /** Changes with every sign-in through AWS's tools and with every change of a profile. */
  signInStamp(): Promise<string>;
  clock: Pick<Clock, 'setTimeout' | 'clearTimeout'>;
  log: Logger;
};

/**
 * While uploads have failed for lack of a sign-in, watches the files of AWS's tools, and retries those uploads once for
 * each change. The user need not return to the app.
 */
export class SignInWatch {
  private timer: Timer | null = null;
  private looking = false;
  private closed = false;
  /**
   * The stamp at the start of the watch or at the last retry: an upload tried with it may fail before a sign-in during
   * the try is seen. Null while no upload waits.
   */
  private stamp: Promise<string> | null = null;
  private readonly unsubscribe: () => void;

  constructor(private readonly parts: SignInWatchParts) {
    this.unsubscribe = parts.queue.subscribe(({ bytesOnly }) => bytesOnly || this.plan());
  }

  /**
   * Call it when the queue knows the last run's unfinished uploads: the user may have signed in while the app was
   * closed, so those uploads are tried once.
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

  /** The uploads that need unreadable files report them. */
  private read(): Promise<string> {
    return this.parts.signInStamp().catch(() => '');
  }
}
