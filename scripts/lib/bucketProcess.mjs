import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { typeScriptFlags } from './node.mjs';
import { inRoot } from './paths.mjs';
import { stopWith } from './say.mjs';

const USUAL_PORT = 9911;

/**
 * The bucket of a folder: one that already runs, from an earlier start of the app that is still there, or a new one.
 * @returns as `startBucket`; `stop` leaves a bucket alone that others started
 */
export async function findOrStartBucket(node, dir) {
  const settingsFile = path.join(dir, 'bucket.json');
  const settings = existsSync(settingsFile) ? JSON.parse(readFileSync(settingsFile, 'utf8')) : undefined;
  if (settings && (await answers(settings))) return { ...settings, dir, settingsFile, stop: () => {} };
  return startBucket(node, dir, (await isFree(USUAL_PORT)) ? USUAL_PORT : 0);
}

/** Whether a server that knows these keys has this bucket. */
async function answers({ endpoint, region, bucket, accessKeyId, secretAccessKey }) {
  const { HeadBucketCommand, S3Client } = await import('@aws-sdk/client-s3');
  const credentials = { accessKeyId, secretAccessKey };
  const client = new S3Client({ endpoint, region, credentials, forcePathStyle: true, maxAttempts: 1 });
  try {
    await client.send(new HeadBucketCommand({ Bucket: bucket }));
    return true;
  } catch {
    // Nobody there, or somebody else: either way not the bucket of this folder.
    return false;
  } finally {
    client.destroy();
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

/**
 * Starts the local bucket beside this process.
 * @param port 0: any that is free
 * @returns its settings, the file that holds them, and `stop`
 */
export async function startBucket(node, dir, port) {
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
