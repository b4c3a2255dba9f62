import { ObjectStoreError } from '../../objectStore';
import type { Clock, Logger } from '../../../../shared/runtime';
import type { Credentials } from '../s3RequestHandler';
import type { Environment } from '../proxy/proxyServer';
import { profileFiles, readProfiles, type KnownProfiles } from './profileFiles';
import { profileFilesUnreadable } from './profileFailures';
import { resolveProfile } from './resolveProfile';
import { ServerClock } from '../serverClock';

/** How long before expiry credentials are renewed, or when a fifth of a short lifetime is left. */
const EARLY_MS = 5 * 60_000;
const LAST_SHARE = 0.2;
/** Delay before another attempt to renew valid credentials: otherwise a command would run for every request. */
const NOT_AGAIN_FOR_MS = 30_000;
/** How long to wait for new credentials while the old ones are still valid; later ones are used when they arrive. */
const RENEWAL_PATIENCE_MS = 5000;
/** A longer wait is reported. */
const TOLD_AFTER_MS = 3000;

const CLOSED = { code: 'Cancelled', facts: { kind: 'program-closed' } } as const;

export type ProfileRequest = {
  profile: string;
  /** PEM text of a certificate authority to trust in addition to the system's. */
  ca?: string;
  /** Credentials that the server refused: get any others. */
  refused?: Credentials;
};

export type ProfileCredentialsParts = {
  env: Environment;
  clock: Clock;
  log: Logger;
  /** Called with every secret before it is returned. */
  hideSecret: (secret: string) => void;
  /** Called with the profile's name while requests wait for its keys, and with undefined when the wait is over. */
  onWait?: (profile: string | undefined) => void;
};

/** `restsUntilMs`: not renewed before then. Both in epoch milliseconds. */
type Held = { credentials: Credentials; text: string; sinceMs: number; restsUntilMs: number };

/**
 * The credentials of AWS profiles. Fetched once and kept in memory for all uploads until shortly before they expire,
 * until the files change, or until a server refuses them.
 */
export class ProfileCredentials {
  private readonly held = new Map<string, Held>();
  private readonly asking = new Map<string, Promise<Credentials>>();
  private readonly closed = Promise.withResolvers<never>();
  /** Credentials from AWS expire by AWS's clock. */
  private readonly serverClock = new ServerClock();

  constructor(private readonly parts: ProfileCredentialsParts) {
    // Avoids an unhandled rejection if there is no wait on close.
    this.closed.promise.catch(() => undefined);
  }

  /** Ends the wait for a command that does not answer. */
  close(): void {
    this.closed.reject(new ObjectStoreError({ verdict: 'cancelled', problem: CLOSED }));
  }

  /** @throws ObjectStoreError */
  async get(request: ProfileRequest): Promise<Credentials> {
    const { profile, refused } = request;
    const known = await this.read();
    const held = this.held.get(profile);
    const usable =
      held && held.text === known.text && !sameKeys(held.credentials, refused) ? held : undefined;
    if (usable && !this.isAging(usable)) return usable.credentials;
    return usable && !this.isOver(usable) ? this.renew(request, known, usable) : this.ask(request, known);
  }

  /** Renews early, so that a failure or a slow command does no harm yet. */
  private async renew(request: ProfileRequest, known: KnownProfiles, usable: Held): Promise<Credentials> {
    const { clock, log } = this.parts;
    const late = Promise.withResolvers<never>();
    const timer = clock.setTimeout(() => late.reject(new Error('no answer yet')), RENEWAL_PATIENCE_MS);
    try {
      return await Promise.race([this.ask(request, known), late.promise]);
    } catch (error) {
      usable.restsUntilMs = this.nowMs() + NOT_AGAIN_FOR_MS;
      log.warn('credentials could not be renewed yet', { profile: request.profile, error: String(error) });
      return usable.credentials;
    } finally {
      clock.clearTimeout(timer);
    }
  }

  private async read(): Promise<KnownProfiles> {
    try {
      return await readProfiles(profileFiles(this.parts.env));
    } catch (error) {
      throw profileFilesUnreadable(error);
    }
  }

  /** Parts that need credentials at the same time share one request. */
  private ask(request: ProfileRequest, known: KnownProfiles): Promise<Credentials> {
    const { profile } = request;
    const running = this.asking.get(profile);
    if (running) return running;
    const answer = Promise.race([this.resolve(request, known), this.closed.promise]);
    const isOver = this.tellIfLong(profile);
    const asking = answer.finally(() => {
      this.asking.delete(profile);
      isOver();
    });
    this.asking.set(profile, asking);
    return asking;
  }

  private tellIfLong(profile: string): () => void {
    const { clock, onWait = () => undefined } = this.parts;
    let told = false;
    const timer = clock.setTimeout(() => {
      told = true;
      onWait(profile);
    }, TOLD_AFTER_MS);
    return () => {
      clock.clearTimeout(timer);
      if (told) onWait(undefined);
    };
  }

  private async resolve({ profile, ca }: ProfileRequest, known: KnownProfiles): Promise<Credentials> {
    const { clock, env, hideSecret, log } = this.parts;
    const { serverClock } = this;
    const parts = { files: profileFiles(env), env, clock, serverClock, ca };
    const credentials = await resolveProfile(profile, known, parts);
    hideSecret(credentials.secretAccessKey);
    if (credentials.sessionToken) hideSecret(credentials.sessionToken);
    this.held.set(profile, { credentials, text: known.text, sinceMs: this.nowMs(), restsUntilMs: 0 });
    log.info('credentials of an AWS profile', { profile, until: credentials.expiration?.toISOString() });
    return credentials;
  }

  private isAging({ credentials: { expiration }, sinceMs, restsUntilMs }: Held): boolean {
    const nowMs = this.nowMs();
    if (!expiration) return false;
    const endMs = expiration.getTime();
    if (nowMs < Math.min(restsUntilMs, endMs)) return false;
    return endMs - nowMs < Math.min(EARLY_MS, (endMs - sinceMs) * LAST_SHARE);
  }

  private isOver({ credentials: { expiration } }: Held): boolean {
    return expiration !== undefined && expiration.getTime() <= this.nowMs();
  }

  private nowMs(): number {
    return this.serverClock.at(this.parts.clock.now());
  }
}

function sameKeys(a: Credentials, b: Credentials | undefined): boolean {
  const fields = ['accessKeyId', 'secretAccessKey', 'sessionToken'] as const;
  return fields.every((field) => a[field] === b?.[field]);
}
