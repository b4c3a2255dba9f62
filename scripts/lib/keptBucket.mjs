import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { startBucket } from './bucketProcess.mjs';
import { provesItself } from './bucketProof.mjs';
import { oneAtATime } from './claim.mjs';
import { say } from './say.mjs';

const USUAL_PORT = 9911;
/** A restarted bucket that lives shorter than this would only die again. */
const LIVES_MS = 10_000;
const WAITING = 'Uploads wait until you quit the app and start it again.';

/**
 * Keeps a folder's bucket running while the app runs. Uses a running bucket unchanged; otherwise starts a new one and
 * restarts it at the same address when it dies.
 * @returns its settings, their file, `letGo` (from now on it may end), `stop`, and for a new one `pid`, which returns
 *   its current pid
 * @throws as `startBucket`
 */
export async function keepBucket(node, dir) {
  const settingsFile = path.join(dir, 'bucket.json');
  const settings = await runningBucket(settingsFile);
  if (settings) return { ...settings, dir, settingsFile, letGo: () => {}, stop: () => {} };
  let kept = true;
  let stopped = false;
  let running;
  const start = async (port, isAgain = false) => {
    let runsSinceMs = 0;
    running = await startBucket(node, dir, port, (how) => {
      if (!kept) return;
      if (how === 0) return say('The local bucket was stopped; uploads wait until it runs again.');
      if (isAgain && performance.now() - runsSinceMs < LIVES_MS)
        return say(`The local bucket ended (${how}) as soon as it was started again. ${WAITING}`);
      say(`The local bucket ended (${how}) and is started again; uploads go on by themselves.`);
      start(Number(new URL(running.endpoint).port), true).catch(({ message }) =>
        say(`${message} ${WAITING}`),
      );
    });
    runsSinceMs = performance.now();
    if (stopped) running.stop();
  };
  // If two starts on different data folders compete, one gets the usual port.
  await oneAtATime('port of the local bucket', undefined, async () =>
    start((await isFree(USUAL_PORT)) ? USUAL_PORT : 0).catch((error) => {
      if (!error.isPortTaken) throw error;
      return start(0);
    }),
  );
  const letGo = () => void (kept = false);
  const stop = () => {
    letGo();
    stopped = true;
    running.stop();
  };
  return { ...running, pid: () => running.pid, letGo, stop };
}

/** The settings of the folder's bucket if it runs. Another server at its address learns nothing. */
async function runningBucket(settingsFile) {
  const settings = readSettings(settingsFile);
  return settings && (await provesItself(settings)) ? settings : undefined;
}

/** Undefined if there are no usable settings: then the new bucket reports why, or writes its own. */
function readSettings(settingsFile) {
  try {
    const settings = JSON.parse(readFileSync(settingsFile, 'utf8'));
    const { hostname, protocol } = new URL(settings.endpoint);
    const isOurs = protocol === 'http:' && ['127.0.0.1', '[::1]', 'localhost'].includes(hostname);
    return isOurs && typeof settings.secretAccessKey === 'string' ? settings : undefined;
  } catch {
    return undefined;
  }
}

async function isFree(port) {
  const holder = createServer();
  const free = await new Promise((resolve) => {
    holder.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true));
  });
  if (free) await new Promise((resolve) => holder.close(resolve));
  return free;
}
