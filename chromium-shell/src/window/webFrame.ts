import type Electron from 'electron';
import { guardClass } from '../notImplemented.ts';
import { appOrigin } from '../session/schemeUrls.ts';

type Implemented = Pick<
  Electron.WebFrameMain,
  'url' | 'origin' | 'parent' | 'top' | 'isDestroyed' | 'detached'
>;

/** The top frame of a page. Only the top frame can communicate with main, since sub-frames get no preload. */
export class ShellMainFrame implements Implemented {
  #url = '';
  /** @internal */
  isGone = false;
  readonly parent = null;

  get url(): string {
    return this.#url;
  }

  /** @internal */
  navigated(url: string): void {
    this.#url = url;
  }

  get origin(): string {
    return appOrigin(this.url);
  }

  get top(): Electron.WebFrameMain {
    return this as unknown as Electron.WebFrameMain;
  }

  get detached(): boolean {
    return this.isGone;
  }

  isDestroyed(): boolean {
    return this.isGone;
  }
}

guardClass(ShellMainFrame, 'webFrameMain');
