import {
  AbortMultipartUploadCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  NoSuchKey,
  S3Client,
} from '@aws-sdk/client-s3';
import type { Destination } from '../contract/storeFixture';

/** Looks into the bucket past the proxy and past our own code, at what stands under one prefix. */
export class Eye {
  readonly #s3: S3Client;

  constructor(
    private readonly destination: Destination,
    private readonly prefix: string,
  ) {
    const { region, endpoint, accessKeyId, secretAccessKey } = destination;
    const credentials = { accessKeyId, secretAccessKey };
    this.#s3 = new S3Client({ region, endpoint, forcePathStyle: true, credentials });
  }

  /** The object's bytes; null when there is none. */
  async read(key: string): Promise<Buffer | null> {
    const at = { Bucket: this.destination.bucket, Key: key };
    try {
      const { Body } = await this.#s3.send(new GetObjectCommand(at));
      return Buffer.from(await Body!.transformToByteArray());
    } catch (error) {
      if (error instanceof NoSuchKey) return null;
      throw error;
    }
  }

  async keys(): Promise<string[]> {
    const at = { Bucket: this.destination.bucket, Prefix: this.prefix };
    const { Contents = [] } = await this.#s3.send(new ListObjectsV2Command(at));
    return Contents.map(({ Key }) => Key!);
  }

  async unfinished(): Promise<{ key: string; uploadId: string }[]> {
    const at = { Bucket: this.destination.bucket, Prefix: this.prefix };
    const { Uploads = [] } = await this.#s3.send(new ListMultipartUploadsCommand(at));
    return Uploads.map(({ Key, UploadId }) => ({ key: Key!, uploadId: UploadId! }));
  }

  /** What a server's own clean-up does to an upload. */
  async abortAll(): Promise<void> {
    for (const { key, uploadId } of await this.unfinished())
      await this.#s3.send(
        new AbortMultipartUploadCommand({ Bucket: this.destination.bucket, Key: key, UploadId: uploadId }),
      );
  }

  close(): void {
    this.#s3.destroy();
  }
}
