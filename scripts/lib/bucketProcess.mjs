import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { typeScriptFlags } from './node.mjs';
import { inRoot } from './paths.mjs';
import { stopWith } from './say.mjs';

/**
 * Starts the local bucket beside this process.
 * @returns its settings, the file that holds them, and `stop`
 */
export async function startBucket(node, dir, port = 9911) {
  const child = spawn(
    node,
    [...typeScriptFlags, inRoot('local-bucket', 'cli.ts'), '--dir', dir, '--port', String(port)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  child.on('exit', (code) => code && stopWith(`The local bucket ended (${code}); its words above say why.`));
  for await (const line of createInterface({ input: child.stdout })) if (line.includes('http://')) break;
  const settingsFile = path.join(dir, 'bucket.json');
  const settings = JSON.parse(readFileSync(settingsFile, 'utf8'));
  const stop = () => {
    child.removeAllListeners('exit');
    child.kill();
  };
  process.on('exit', stop);
  return { ...settings, dir, settingsFile, stop };
}
