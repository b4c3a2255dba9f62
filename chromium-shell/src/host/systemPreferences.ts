import type Electron from 'electron';
import { EventEmitter } from 'node:events';
import { guardClass } from '../notImplemented.ts';
import { isWith, platform } from '../system.ts';

type Implemented = Pick<
  Electron.SystemPreferences,
  'getMediaAccessStatus' | 'askForMediaAccess' | 'isTrustedAccessibilityClient'
>;
type MediaType = Parameters<Electron.SystemPreferences['getMediaAccessStatus']>[0];
export type MacPermission = 'screen' | 'microphone' | 'camera' | 'accessibility';

/** macOS's permissions: none is granted until a test grants it, or SHELL_WITH lists `granted`. */
export class ShellSystemPreferences extends EventEmitter implements Implemented {
  readonly #granted = new Set<MacPermission>();
  /** The system prompts shown, in order; for tests. @internal */
  readonly asked: MacPermission[] = [];

  /** @internal */
  has(permission: MacPermission): boolean {
    return platform !== 'darwin' || isWith('granted') || this.#granted.has(permission);
  }

  /** @internal */
  grant(permission: MacPermission): void {
    this.#granted.add(permission);
  }

  /** Shows the system's prompt once, as macOS does. @internal */
  ask(permission: MacPermission): void {
    if (!this.has(permission) && !this.asked.includes(permission)) this.asked.push(permission);
  }

  /** On macOS the screen is `denied` even before the first prompt. */
  getMediaAccessStatus(type: MediaType): ReturnType<Electron.SystemPreferences['getMediaAccessStatus']> {
    if (this.has(type)) return 'granted';
    return type === 'screen' ? 'denied' : 'not-determined';
  }

  async askForMediaAccess(type: 'microphone' | 'camera'): Promise<boolean> {
    this.ask(type);
    return this.has(type);
  }

  isTrustedAccessibilityClient(prompt: boolean): boolean {
    if (prompt) this.ask('accessibility');
    return this.has('accessibility');
  }
}

guardClass(ShellSystemPreferences, 'systemPreferences', {
  getMediaAccessStatus: ['win32', 'darwin'],
  askForMediaAccess: ['darwin'],
  isTrustedAccessibilityClient: ['darwin'],
});
export const systemPreferences = new ShellSystemPreferences();
