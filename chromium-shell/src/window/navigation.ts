import { setTimeout as delay } from 'node:timers/promises';
import type { CdpSession } from '../chromium/cdpPipe.ts';
import { inBackground } from '../chromium/inBackground.ts';
import type { PausedRequest, ShellProtocol } from '../session/protocol.ts';
import { schemeUrlPattern, toAppUrl, toChromiumUrl } from '../session/schemeUrls.ts';

/** Asked of the app before the page leaves its document on its own; true lets it go. */
export type NavigationJudge = (kind: 'will-navigate' | 'will-redirect', url: string) => boolean;

const requestNewsPatienceMs = 100;
const webSchemes = /^(https?|blob|data|about|filesystem):/i;

/**
 * Stands between a page and the network: serves the app's schemes, and lets the app refuse where the page goes.
 * Only documents are held up for judgement; what the shell itself loads is announced by `expectNavigation`.
 */
export class NavigationGate {
  readonly #cdp: CdpSession;
  readonly #frameId: string;
  readonly #protocol: ShellProtocol;
  readonly #judge: NavigationJudge;
  #isExpected = false;
  #isRequestedByPage = false;
  /** Whether the page asked to leave its document; its beforeunload is then no sign of a closing window. */
  isPageLeaving = false;

  constructor(cdp: CdpSession, frameId: string, protocol: ShellProtocol, judge: NavigationJudge) {
    this.#cdp = cdp;
    this.#frameId = frameId;
    this.#protocol = protocol;
    this.#judge = judge;
  }

  async open(): Promise<void> {
    this.#cdp.on('Fetch.requestPaused', (paused: PausedRequest) => inBackground(this.#decide(paused)));
    this.#cdp.on('Page.frameRequestedNavigation', (asked: { frameId: string; url: string }) =>
      this.#onRequested(asked),
    );
    // Reloads from outside (a test tool's) start like this, and ask beforeunload too.
    this.#cdp.on('Page.frameStartedNavigating', ({ frameId }: { frameId: string }) => {
      if (frameId === this.#frameId) this.isPageLeaving = true;
    });
    this.#cdp.on('Page.frameNavigated', ({ frame }: { frame: { parentId?: string } }) => {
      if (!frame.parentId) this.#settle();
    });
    const patterns = [{ urlPattern: schemeUrlPattern }, { urlPattern: '*', resourceType: 'Document' }];
    await this.#cdp.send('Fetch.enable', { patterns });
  }

  /** The navigation about to happen is the app's own, and asks nobody. */
  expectNavigation(): void {
    this.#isExpected = true;
  }

  /** It did not come to be. */
  forgetNavigation(): void {
    this.#settle();
  }

  #settle(): void {
    this.#isExpected = false;
    this.#isRequestedByPage = false;
    this.isPageLeaving = false;
  }

  async #decide(paused: PausedRequest): Promise<void> {
    const { requestId, frameId, resourceType, redirectedRequestId, request } = paused;
    const isTopDocument = resourceType === 'Document' && frameId === this.#frameId;
    if (isTopDocument && (redirectedRequestId || (await this.#isPagesOwn()))) {
      const kind = redirectedRequestId ? 'will-redirect' : 'will-navigate';
      if (!this.#judge(kind, toAppUrl(request.url))) {
        this.#settle();
        await this.#cdp.send('Fetch.failRequest', { requestId, errorReason: 'Aborted' });
        return;
      }
    }
    if (!(await this.#protocol.answer(paused, this.#cdp)))
      await this.#cdp.send('Fetch.continueRequest', { requestId });
  }

  /**
   * Whether the page itself asked to go. That news comes from the renderer by another way than the request, and may
   * be the later; reloads from outside (a test tool's) never bring it.
   */
  async #isPagesOwn(): Promise<boolean> {
    if (this.#isExpected) return false;
    const deadline = performance.now() + requestNewsPatienceMs;
    while (!this.#isRequestedByPage && performance.now() < deadline) await delay(5);
    return this.#isRequestedByPage;
  }

  /** mailto: and its like never become requests, and would start a program of the machine's. */
  #onRequested({ frameId, url }: { frameId: string; url: string }): void {
    if (frameId !== this.#frameId || this.#isExpected) return;
    this.isPageLeaving = true;
    this.#isRequestedByPage = true;
    if (webSchemes.test(url)) return;
    const isAllowed = this.#judge('will-navigate', url);
    this.#settle();
    const target = toChromiumUrl(url);
    if (isAllowed && target !== url) {
      // A link that spells out the app's own scheme, which Chromium does not know.
      this.expectNavigation();
      inBackground(this.#cdp.send('Page.navigate', { url: target }));
    } else inBackground(this.#cdp.send('Page.stopLoading'));
  }
}
