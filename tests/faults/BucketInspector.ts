import { createHash } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  NoSuchKey,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import type { Destination } from '../contract/storeFixture';
import { PART_BYTES } from './scenario';

/** Looks into the bucket past the proxy and past our own code, at what stands under one prefix. */
export class BucketInspector {
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
    const body = await this.open(key);
    return body && Buffer.from(await body.transformToByteArray());
  }

  /** The digest of the object's bytes in hex; null when there is none. Takes no memory for them. */
  async sha256(key: string): Promise<string | null> {
    const body = await this.open(key);
    if (!body) return null;
    const hash = createHash('sha256');
    for await (const chunk of body as AsyncIterable<Uint8Array>) hash.update(chunk);
    return hash.digest('hex');
  }

  async remove(key: string): Promise<void> {
    await this.#s3.send(new DeleteObjectCommand({ Bucket: this.destination.bucket, Key: key }));
  }

  /** Puts other bytes in the place of an object, which keeps its metadata and its parts. */
  async spoil(key: string, change: (content: Buffer) => Buffer): Promise<void> {
    const at = { Bucket: this.destination.bucket, Key: key };
    const { Metadata } = await this.#s3.send(new HeadObjectCommand(at));
    const Body = change((await this.read(key))!);
    await new Upload({ client: this.#s3, params: { ...at, Metadata, Body }, partSize: PART_BYTES }).done();
  }

  /** Sends other bytes as a part of the unfinished upload there. */
  async overwritePart(key: string, PartNumber: number, Body: Buffer): Promise<void> {
    const upload = (await this.unfinished()).find((found) => found.key === key)!;
    const at = { Bucket: this.destination.bucket, Key: key, UploadId: upload.uploadId };
    await this.#s3.send(new UploadPartCommand({ ...at, PartNumber, Body }));
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

  private async open(key: string) {
    try {
      const at = { Bucket: this.destination.bucket, Key: key };
      return (await this.#s3.send(new GetObjectCommand(at))).Body!;
    } catch (error) {
      if (error instanceof NoSuchKey) return null;
      throw error;
    }
  }
}
