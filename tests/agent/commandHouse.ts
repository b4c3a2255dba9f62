import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { startLocalBucket, type LocalBucket } from '../../local-bucket/localBucket';
import type { ObjectStore } from '../../src/upload/objectStore/objectStore';
import { createS3ObjectStore } from '../../src/upload/objectStore/s3/S3ObjectStore';
import { eventually } from '../eventually';
import { makeTempDir } from '../main/upload/support';

const SCRIPT = path.resolve(import.meta.dirname, '../../scripts/upload.mjs');
export const TO = 's3://recordings/in';

export type Variables = Record<string, string | undefined>;

/** The command as a process of its own. */
export function start(args: readonly string[], env: Variables = {}) {
  const child = spawn(process.execPath, [SCRIPT, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, HOME: '/nonexistent', ...env },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let [out, err] = ['', ''];
  child.stdout.on('data', (text) => (out += text));
  child.stderr.on('data', (text) => (err += text));
  const ended = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
  return {
    kill: (signal: NodeJS.Signals) => child.kill(signal),
    ended,
    get out() {
      return out;
    },
    /** Without what is said where other tests run the command at the same moment. */
    get err() {
      return err.replace(/^\[session-recorder\] Another command .*\n/gm, '');
    },
    events: () =>
      out
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as { event: string; [fact: string]: unknown }),
  };
}

export async function run(args: readonly string[], env: Variables = {}) {
  const command = start(args, env);
  const code = await command.ended;
  return { code, out: command.out, err: command.err, events: command.events };
}

/** A folder of files, a local bucket, and the command between them. */
class House {
  constructor(
    readonly dir: string,
    readonly bucket: LocalBucket,
  ) {}

  private hanging?: RegExp;
  /** The folder of the state: each is an installation of its own. */
  state = 'state';

  get env(): Variables {
    const { accessKeyId, secretAccessKey } = this.bucket;
    return { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey };
  }

  args(paths: readonly string[], ...more: string[]): string[] {
    const place = ['--endpoint', this.bucket.endpoint, '--state-dir', path.join(this.dir, this.state)];
    return [...paths.map((name) => `${this.dir}/${name}`), '--to', TO, ...place, ...more];
  }

  upload = (paths: readonly string[], ...more: string[]) => run(this.args(paths, ...more), this.env);
  start = (paths: readonly string[], ...more: string[]) => start(this.args(paths, ...more), this.env);

  write(name: string, content: string | Buffer): void {
    const file = path.join(this.dir, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
  }

  writeMany(folder: string, count: number): void {
    for (let at = 0; at < count; at += 1) this.write(`${folder}/f${at}`, `content ${at}`);
  }

  private async ask<T>(question: (store: ObjectStore) => Promise<T>): Promise<T> {
    const { endpoint, region, bucket, accessKeyId, secretAccessKey } = this.bucket;
    const credentials = { accessKeyId, secretAccessKey };
    const store = createS3ObjectStore({
      ...{ endpoint, region, bucket, credentials, forcePathStyle: true, now: () => Date.now() },
    });
    try {
      return await question(store);
    } finally {
      store.close();
    }
  }

  read(key: string): Promise<string> {
    return this.ask(async (store) => {
      const chunks: Uint8Array[] = [];
      for await (const chunk of (await store.getObject({ key })).body) chunks.push(chunk);
      return Buffer.concat(chunks).toString('latin1');
    });
  }

  delete = (key: string) => this.ask((store) => store.deleteObject({ key }));

  /** Keys of the multipart uploads that are not finished. */
  async unfinished(): Promise<string[]> {
    const uploads = await this.ask((store) => store.listMultipartUploads({ prefix: '' }));
    return uploads.map(({ key }) => key).toSorted();
  }

  /** Has an upload killed once every named file is under way in parts. */
  async killAmidParts(folder: string, names: readonly string[]): Promise<void> {
    const keys = names.map((name) => `in/${folder}/${name}`);
    for (const name of names) this.write(`${folder}/${name}`, randomBytes(11 * 1024 * 1024));
    this.bucket.faults.add({ match: { operation: 'UploadPart' }, times: 99, action: { kind: 'hang' } });
    const first = this.start([folder]);
    await eventually(() => expect(new Set(this.asked('UploadPart'))).toEqual(new Set(keys)));
    first.kill('SIGKILL');
    await first.ended;
    this.bucket.faults.clear();
    expect(await this.unfinished()).toEqual(keys.toSorted());
  }

  async expectAll(folder: string, count: number): Promise<void> {
    for (let at = 0; at < count; at += 1)
      expect(await this.read(`in/${folder}/f${at}`)).toBe(`content ${at}`);
  }

  /** Requests for keys that match get no answer. */
  hang(key: RegExp): void {
    this.bucket.faults.add({ match: { key }, times: 99, action: { kind: 'hang' } });
    this.hanging = key;
  }

  async hangs(count: number): Promise<void> {
    await eventually(() =>
      expect(this.asked('PutObject').filter((key) => this.hanging?.test(key))).toHaveLength(count),
    );
  }

  /** Keys of the requests of one kind so far, probes aside. */
  asked(operation: 'PutObject' | 'HeadObject' | 'UploadPart' | 'CreateMultipartUpload'): string[] {
    return this.bucket.log.of(operation).flatMap(({ key = '' }) => (key.endsWith('.probe') ? [] : [key]));
  }
}

export async function makeHouse(): Promise<House> {
  const dir = await makeTempDir();
  const bucket = await startLocalBucket({ dir: path.join(dir, 'bucket') });
  onTestFinished(() => bucket.close());
  return new House(dir, bucket);
}

/** The first call bundles the command. */
export async function bundleCommand(): Promise<void> {
  const first = spawn(process.execPath, [SCRIPT, '/nonexistent', '--to', TO], { stdio: 'ignore' });
  expect(await once(first, 'close')).toEqual([2, null]);
}
