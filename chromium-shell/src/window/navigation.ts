import { setTimeout as delay } from 'node:timers/promises';
import type { CdpSession } from '../chromium/cdpPipe.ts';
import { inBackground } from '../chromium/inBackground.ts';
import type { PausedRequest, ShellProtocol } from '../session/protocol.ts';
import { schemeUrlPattern, toAppUrl, toChromiumUrl } from '../session/schemeUrls.ts';

/** Called before a page navigates on its own; true allows it. */
export type NavigationJudge = (kind: 'will-navigate' | 'will-redirect', url: string) => boolean;

const requestNewsPatienceMs = 100;
const webSchemes = /^(https?|blob|data|about|filesystem):/i;

/**
 * Intercepts a page's requests: serves the app's schemes, and lets the app prevent navigations. Only documents are
 * checked; the shell announces its own loads through `expectNavigation`.
 */
export class NavigationGate {
  readonly #cdp: CdpSession;
  readonly #frameId: string;
  readonly #protocol: ShellProtocol;
  readonly #judge: NavigationJudge;
  #isExpected = false;
  #isRequestedByPage = false;
  /** Whether the page is navigating; its beforeunload then does not mean that the window closes. */
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
    // External reloads (by a test tool) start like this, and fire beforeunload too.
    this.#cdp.on('Page.frameStartedNavigating', ({ frameId }: { frameId: string }) => {
      if (frameId === this.#frameId) this.isPageLeaving = true;
    });
    this.#cdp.on('Page.frameNavigated', ({ frame }: { frame: { parentId?: string } }) => {
      if (!frame.parentId) this.#settle();
    });
    const patterns = [{ urlPattern: schemeUrlPattern }, { urlPattern: '*', resourceType: 'Document' }];
    await this.#cdp.send('Fetch.enable', { patterns });
  }

  /** The next navigation is the app's own and needs no check. */
  expectNavigation(): void {
    this.#isExpected = true;
  }

  /** The announced navigation did not happen. */
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
   * Whether the page itself started the navigation. That event comes from the renderer separately from the request and
   * may arrive later; external reloads (by a test tool) never cause it.
   */
  async #isPagesOwn(): Promise<boolean> {
    if (this.#isExpected) return false;
    const deadline = performance.now() + requestNewsPatienceMs;
    while (!this.#isRequestedByPage && performance.now() < deadline) await delay(5);
    return this.#isRequestedByPage;
  }

  /** mailto: and similar URLs cause no requests, and would start an external program. */
  #onRequested({ frameId, url }: { frameId: string; url: string }): void {
    if (frameId !== this.#frameId || this.#isExpected) return;
    this.isPageLeaving = true;
    this.#isRequestedByPage = true;
    if (webSchemes.test(url)) return;
    const isAllowed = this.#judge('will-navigate', url);
    this.#settle();
    const target = toChromiumUrl(url);
    if (isAllowed && target !== url) {
      // A link with the app's own scheme, which Chromium does not know.
      this.expectNavigation();
      inBackground(this.#cdp.send('Page.navigate', { url: target }));
    } else inBackground(this.#cdp.send('Page.stopLoading'));
  }
}
