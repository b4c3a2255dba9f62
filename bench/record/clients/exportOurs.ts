// Exports one session with the app's own code, and prints the cost as one line of JSON.
import { readFile } from 'node:fs/promises';
import { exportBundle, packBundle } from '../../../src/main/recorder/bundle/packBundle';
import { sessionPaths } from '../../../src/main/sessions/sessionPaths';

const [sessionsDir, sessionId] = process.argv.slice(2) as [string, string];
const paths = sessionPaths(sessionsDir, sessionId);
const before = { rss: process.memoryUsage.rss(), cpu: process.cpuUsage(), at: performance.now() };
// This process has no other work, so it packs in its own thread.
await exportBundle({
  pack: packBundle,
  paths,
  header: JSON.parse(await readFile(paths.header, 'utf8')),
  signal: new AbortController().signal,
  onProgress: () => {},
  beforeReplace: async () => {},
});
const { user, system } = process.cpuUsage(before.cpu);
console.log(
  JSON.stringify({
    wallMs: performance.now() - before.at,
    cpuMs: (user + system) / 1000,
    rssGrowthBytes: process.resourceUsage().maxRSS * 1024 - before.rss,
  }),
);
