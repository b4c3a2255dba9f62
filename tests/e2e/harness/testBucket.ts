import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  NoSuchKey,
  S3Client,
  type MultipartUpload,
} from '@aws-sdk/client-s3';
import { startLocalBucket, type LocalBucket } from '../../../local-bucket/localBucket.ts';

/** A local bucket that can go away and come back at the same address, and an independent eye (the AWS SDK) on it. */
export class TestBucket {
  #server: LocalBucket;
  readonly #s3: S3Client;

  private constructor(
    server: LocalBucket,
    readonly dir: string,
  ) {
    this.#server = server;
    const { region, endpoint, accessKeyId, secretAccessKey } = server;
    this.#s3 = new S3Client({
      ...{ region, endpoint, forcePathStyle: true },
      credentials: { accessKeyId, secretAccessKey },
    });
  }

  static async start(dir: string): Promise<TestBucket> {
    return new TestBucket(await startLocalBucket({ dir }), dir);
  }

  get settings(): Pick<LocalBucket, 'endpoint' | 'bucket' | 'region' | 'accessKeyId' | 'secretAccessKey'> {
    return this.#server;
  }

  get keys(): LocalBucket['keys'] {
    return this.#server.keys;
  }

  get log(): LocalBucket['log'] {
    return this.#server.log;
  }

  /** How fast the server takes bytes; null for as fast as it can. */
  setBytesPerSecond(limit: number | null): void {
    this.#server.throttle.bytesPerSecond = limit;
  }

  /** The server goes away: connections are cut, nothing listens. What is on disk stays. */
  async stop(): Promise<void> {
    await this.#server.close();
  }

  async restart(): Promise<void> {
    this.#server = await startLocalBucket({
      dir: this.dir,
      port: Number(new URL(this.#server.endpoint).port),
    });
  }

  /** The object's bytes; null when there is none. */
  async readObject(key: string): Promise<Buffer | null> {
    try {
      const { Body } = await this.#s3.send(new GetObjectCommand({ Bucket: this.settings.bucket, Key: key }));
      return Buffer.from(await Body!.transformToByteArray());
    } catch (error) {
      if (error instanceof NoSuchKey) return null;
      throw error;
    }
  }

  /** Somebody else removes it. */
  async deleteObject(key: string): Promise<void> {
    await this.#s3.send(new DeleteObjectCommand({ Bucket: this.settings.bucket, Key: key }));
  }

  async listMultipartUploads(): Promise<MultipartUpload[]> {
    const { Uploads } = await this.#s3.send(
      new ListMultipartUploadsCommand({ Bucket: this.settings.bucket }),
    );
    return Uploads ?? [];
  }
}
