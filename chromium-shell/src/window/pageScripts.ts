import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import path from 'node:path';
import type { CdpSession } from '../chromium/cdpPipe.ts';
import type { PreloadSettings } from '../page/preloadWorld.ts';

export const preloadWorldName = 'Electron Isolated Context';
export const outgoingBinding = '__shellOutgoing';
export const incomingGlobal = '__shellIncoming';

const pageFolder = path.join(import.meta.dirname, '..', 'page');
const bridgeFiles = ['bridgeValues.ts', 'worldBridge.ts'];
const pageFiles = ['replaceMember.ts', 'peerConnections.ts', 'pageWorld.ts'];

/** Injected page modules share one scope, so imports are removed and exports become plain declarations. */
function asScript(files: readonly string[]): string {
  return files
    .map((file) => stripTypeScriptTypes(fs.readFileSync(path.join(pageFolder, file), 'utf8')))
    .map((code) => code.replace(/^import [^;]*;$/gm, '').replace(/^export /gm, ''))
    .join('\n');
}

const pageWorldSource = asScript([...bridgeFiles, ...pageFiles]);
const preloadWorldSource = asScript(['codec.ts', ...bridgeFiles, 'ipcRenderer.ts', 'preloadWorld.ts']);

function pageScript(secretEvent: string, mayUseUdp: boolean): string {
  return `(() => {${pageWorldSource}\nenterPageWorld(${JSON.stringify(secretEvent)}, ${mayUseUdp});})()`;
}

/** The preload runs as its own CommonJS module, in the top frame only. */
function preloadScript(settings: PreloadSettings, preloadCode: string, preloadFile: string): string {
  return `(() => {
if (window !== top) return;
const { require, process } = (() => {${preloadWorldSource}
return enterPreloadWorld(${JSON.stringify(settings)});})();
const module = { exports: {} };
(function (require, process, module, exports, global) {${preloadCode}
}).call(globalThis, require, process, module, module.exports, globalThis);
})()
//# sourceURL=${preloadFile}`;
}

function rendererProcessFields(extraArguments: readonly string[]): Record<string, unknown> {
  const { platform, arch, versions } = process;
  return { platform, arch, versions: { ...versions }, env: {}, argv: [...extraArguments] };
}

/** Installs the shell's and the app's scripts to run before those of every later document. */
export class PageScripts {
  readonly #preloadFile: string | undefined;
  readonly #extraArguments: readonly string[];
  #installed: string[] = [];
  webRtcPolicy: 'default' | 'disable_non_proxied_udp' = 'default';

  constructor(preloadFile: string | undefined, extraArguments: readonly string[]) {
    this.#preloadFile = preloadFile;
    this.#extraArguments = extraArguments;
  }

  /** @throws when the preload cannot be read. */
  async install(cdp: CdpSession): Promise<void> {
    for (const identifier of this.#installed.splice(0)) {
      await cdp.send('Page.removeScriptToEvaluateOnNewDocument', { identifier });
    }
    const secretEvent = randomUUID();
    await this.#add(cdp, pageScript(secretEvent, this.webRtcPolicy === 'default'));
    const code = this.#preloadFile ? await fs.promises.readFile(this.#preloadFile, 'utf8') : '';
    const settings: PreloadSettings = {
      outgoing: outgoingBinding,
      incoming: incomingGlobal,
      secretEvent,
      process: rendererProcessFields(this.#extraArguments),
    };
    await this.#add(cdp, preloadScript(settings, code, this.#preloadFile ?? 'no-preload'), preloadWorldName);
  }

  async #add(cdp: CdpSession, source: string, worldName?: string): Promise<void> {
    const params = { source, runImmediately: false, ...(worldName ? { worldName } : {}) };
    const { identifier } = await cdp.send<{ identifier: string }>(
      'Page.addScriptToEvaluateOnNewDocument',
      params,
    );
    this.#installed.push(identifier);
  }
}
