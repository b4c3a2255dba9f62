// The comparison client: lib-storage's Upload with its defaults. Same argument and output as ours.ts.
import { createReadStream, readFileSync } from 'node:fs';
import https from 'node:https';
import { HeadObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';

const { file, destination, partSizeBytes, caFile } = JSON.parse(process.argv[2]);
const { endpoint, region, bucket: Bucket, accessKeyId, secretAccessKey } = destination;
const ca = caFile && readFileSync(caFile, 'utf8');
const client = new S3Client({
  endpoint,
  region,
  credentials: { accessKeyId, secretAccessKey },
  forcePathStyle: true,
  ...(ca && { requestHandler: { httpsAgent: new https.Agent({ ca, keepAlive: true, maxSockets: 50 }) } }),
});
const Key = `bench/lib-storage-${process.pid}`;

// Connects once before the clock starts, like ours.
await client.send(new HeadObjectCommand({ Bucket, Key })).catch((error) => {
  if (error.$metadata?.httpStatusCode !== 404) throw error;
});

const before = { rss: process.memoryUsage.rss(), cpu: process.cpuUsage(), at: performance.now() };
const upload = new Upload({
  client,
  params: { Bucket, Key, Body: createReadStream(file) },
  queueSize: 4,
  partSize: partSizeBytes,
});
await upload.done();
const cpu = process.cpuUsage(before.cpu);
const wallMs = performance.now() - before.at;
console.log(
  JSON.stringify({
    wallMs,
    cpuMs: (cpu.user + cpu.system) / 1000,
    rssGrowthBytes: process.resourceUsage().maxRSS * 1024 - before.rss,
  }),
);
process.exit(0);
