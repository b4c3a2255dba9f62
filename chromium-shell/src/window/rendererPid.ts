import { chromium } from '../chromium/chromium.ts';
import type { CdpSession } from '../chromium/cdpPipe.ts';

type Metrics = { metrics: { name: string; value: number }[] };
type Processes = { processInfo: { type: string; id: number; cpuTime: number }[] };

/**
 * The pid of a page's renderer. CDP does not report it, but it reports the CPU time of each process and of the page, to
 * a hundredth of a second: uses the closest match. 0 if there is none.
 */
export async function findRendererPid(page: CdpSession): Promise<number> {
  await page.send('Performance.enable', { timeDomain: 'timeTicks' });
  const [{ metrics }, { processInfo }] = await Promise.all([
    page.send<Metrics>('Performance.getMetrics'),
    chromium.browser.send<Processes>('SystemInfo.getProcessInfo'),
  ]);
  const ownSeconds = metrics.find(({ name }) => name === 'ProcessTime')?.value ?? 0;
  const renderers = processInfo.filter(({ type }) => type === 'renderer');
  const byDistance = renderers.sort(
    (a, b) => Math.abs(a.cpuTime - ownSeconds) - Math.abs(b.cpuTime - ownSeconds),
  );
  return byDistance[0]?.id ?? 0;
}
