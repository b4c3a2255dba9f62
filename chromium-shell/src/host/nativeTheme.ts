import type Electron from 'electron';
import { EventEmitter } from 'node:events';
import type { CdpSession } from '../chromium/cdpPipe.ts';
import { inBackground } from '../chromium/inBackground.ts';
import { guardClass } from '../notImplemented.ts';

type Implemented = Pick<Electron.NativeTheme, 'shouldUseDarkColors' | 'themeSource'>;
type ThemeSource = Electron.NativeTheme['themeSource'];

/** The system's own theme counts as light. */
export class ShellNativeTheme extends EventEmitter implements Implemented {
  readonly #pages = new Set<CdpSession>();
  #source: ThemeSource = 'system';

  get themeSource(): ThemeSource {
    return this.#source;
  }

  set themeSource(source: ThemeSource) {
    if (source !== 'system' && source !== 'light' && source !== 'dark') {
      throw new TypeError("Error processing argument at index 0, conversion failure from 'themeSource'");
    }
    if (source === this.#source) return;
    this.#source = source;
    for (const page of this.#pages) inBackground(this.#emulate(page));
    this.emit('updated', {});
  }

  get shouldUseDarkColors(): boolean {
    return this.#source === 'dark';
  }

  /** Keeps a page's prefers-color-scheme in sync until it is released. @internal */
  async applyTo(page: CdpSession): Promise<void> {
    this.#pages.add(page);
    await this.#emulate(page);
  }

  /** @internal */
  release(page: CdpSession): void {
    this.#pages.delete(page);
  }

  async #emulate(page: CdpSession): Promise<void> {
    const value = this.#source === 'system' ? '' : this.#source;
    await page.send('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value }] });
  }
}

guardClass(ShellNativeTheme, 'nativeTheme');
export const nativeTheme = new ShellNativeTheme();
