import { parseArgs } from 'node:util';
import path from 'node:path';
import { CLI_OPTIONS, CLI_USAGE } from './cliOptions.mjs';
import { startLocalBucket, type LocalBucket } from './localBucket.ts';

/** The exit code that tells the parent process to try another port. */
const PORT_IN_USE = 3;

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { ...CLI_OPTIONS, help: { type: 'boolean', short: 'h' } } });
  if (values.help) return console.log(CLI_USAGE);
  if (!values.dir) return refuse('A folder is missing: add --dir PATH.');
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65535) return refuse(`"${values.port}" is no port.`);
  const limit = values['bytes-per-second'];
  const bytesPerSecond = limit === undefined ? undefined : Number(limit);
  if (bytesPerSecond !== undefined && !(bytesPerSecond > 0)) return refuse(`"${limit}" is no limit.`);
  const dir = path.resolve(values.dir);
  const bucket = await startLocalBucket({
    dir,
    port,
    host: values.host,
    buckets: [values.bucket],
    bytesPerSecond,
    logSize: 0,
  });
  console.log(describe(bucket, dir));
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void bucket.close().then(() => process.exit(0)));
}

function refuse(why: string): void {
  console.error(`${why}\n\n${CLI_USAGE}`);
  process.exitCode = 2;
}

function describe(bucket: LocalBucket, dir: string): string {
  const { endpoint, accessKeyId, secretAccessKey, region } = bucket;
  const keys = `AWS_ACCESS_KEY_ID=${accessKeyId} AWS_SECRET_ACCESS_KEY=${secretAccessKey}`;
  const remote = `:s3,provider=Other,endpoint='${endpoint}',region=${region},env_auth=true:${bucket.bucket}`;
  return `Local bucket in ${dir}

  Endpoint           ${endpoint}
  Bucket             ${bucket.bucket}
  Region             ${region}
  Access key ID      ${accessKeyId}
  Secret access key  ${secretAccessKey}

Look into it with awscli or rclone:

  ${keys} aws --region ${region} --endpoint-url ${endpoint} s3 ls --recursive s3://${bucket.bucket}/
  ${keys} rclone ls "${remote}"

Ctrl+C stops it; what is in it stays.`;
}

await main().catch((error: NodeJS.ErrnoException) => {
  if (error.code?.startsWith('ERR_PARSE_ARGS')) return refuse(error.message);
  const busy = error.code === 'EADDRINUSE';
  console.error(busy ? 'The port is in use: choose another with --port N.' : error);
  process.exitCode = busy ? PORT_IN_USE : 1;
});
