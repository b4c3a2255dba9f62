import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { typeScriptFlags } from './node.mjs';
import { inRoot } from './paths.mjs';
import { stopWith } from './say.mjs';

/** The same value as in `local-bucket/cli.ts`. */
const PORT_IN_USE = 3;
const SAID_WHY = 'its words above say why.';

/**
 * Starts the local bucket beside this process.
 * @param port 0: any free one
 * @param onEnd called when it ends without `stop` after it has run: with its exit code or the signal's name
 * @returns its settings, the file that holds them, its pid, and `stop`
 * @throws when it does not start; its own output has said why. `isPortTaken`: another port may work
 */
export async function startBucket(node, dir, port, onEnd = endWithIt) {
  const child = spawn(
    node,
    [...typeScriptFlags, inRoot('local-bucket', 'cli.ts'), '--dir', dir, '--port', String(port)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const ended = once(child, 'exit').then(([code, signal]) => signal ?? code);
  const stop = () => {
    onEnd = () => {};
    child.kill();
  };
  process.on('exit', stop);
  void ended.then(() => process.off('exit', stop));
  if (!(await listens(child))) {
    const how = await ended;
    throw Object.assign(new Error(`The local bucket ended (${how}); ${SAID_WHY}`), {
      isPortTaken: how === PORT_IN_USE,
    });
  }
  void ended.then((how) => onEnd(how));
  const settingsFile = path.join(dir, 'bucket.json');
  return { ...JSON.parse(readFileSync(settingsFile, 'utf8')), dir, settingsFile, pid: child.pid, stop };
}

async function listens(child) {
  for await (const line of createInterface({ input: child.stdout }))
    if (line.includes('http://')) return true;
  return false;
}

function endWithIt(how) {
  if (how !== 0) stopWith(`The local bucket ended (${how}); ${SAID_WHY}`);
}
