// npm run upload: uploads files and folders to an S3-compatible bucket.
import { pathToFileURL } from 'node:url';
import { followParent } from './lib/followParent.mjs';
import { readOptions, refuse } from './lib/options.mjs';

import { prepare } from './lib/prepare.mjs';
import { run } from './lib/run.mjs';

const usage = `npm run upload -- PATH… --to s3://bucket/prefix [OPTION…]

Uploads files and folders. A folder's name is part of the keys: "photos" becomes prefix/photos/…; "photos/." uploads only
its content. Run the same command again to resume after Ctrl-C, a crash or a power cut: files that are in the bucket and
have not changed are not sent again, whoever uploaded them. Other objects that other programs wrote are kept, unless
--overwrite is given.

  --to s3://bucket/prefix   the destination
  -- PATH…                  paths that begin with a dash
  --endpoint URL            of an S3-compatible server; default: AWS S3 (also AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL)
  --region NAME             of the bucket (also AWS_REGION, AWS_DEFAULT_REGION, or the profile's)
  --profile NAME            the AWS profile to use; default: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and
                            AWS_SESSION_TOKEN, then AWS_PROFILE, then the default profile
  --include, --exclude GLOB files to include, files and folders to exclude; can be repeated. A pattern without a slash
                            matches names, any other pattern matches the path below PATH
  --overwrite               also overwrite objects that other programs wrote
  --parallel N              files to upload at once, 1 to 64 (default: 4)
  --bandwidth RATE          maximum bytes per second, such as 10MB or 512KiB
  --part-size SIZE          part size of multipart uploads, 5MiB to 128MiB (default: 10MiB)
  --path-style              put the bucket in the path of the URL, not in the host name (default for loopback endpoints)
  --ca-file FILE            a certificate authority to trust in addition to the system's (PEM)
  --allow-http              allow plain http to a private network; it is always allowed to this computer
  --state-dir FOLDER        where to keep the record of uploads
  --dry-run                 list what would be uploaded, and send nothing
  --json                    print one JSON object per line

Exit codes: 0 everything is in the bucket, 1 some files are not, 2 usage error, 130 stopped by Ctrl-C (143: SIGTERM, 129:
SIGHUP). More in docs/upload-command.md.`;

const { values, positionals } = readOptions({
  usage,
  positionals: 'PATH',
  options: {
    to: { type: 'string' },
    endpoint: { type: 'string' },
    region: { type: 'string' },
    profile: { type: 'string' },
    include: { type: 'string', multiple: true },
    exclude: { type: 'string', multiple: true },
    overwrite: { type: 'boolean' },
    parallel: { type: 'string', isNumber: true },
    bandwidth: { type: 'string' },
    'part-size': { type: 'string' },
    'path-style': { type: 'boolean' },
    'ca-file': { type: 'string' },
    'allow-http': { type: 'boolean' },
    'state-dir': { type: 'string' },
    'dry-run': { type: 'boolean' },
    json: { type: 'boolean' },
  },
});
if (positionals.length === 0) refuse('A file or folder is missing.', usage);
if (values.to === undefined) refuse('The destination is missing: add --to s3://bucket/prefix.', usage);

const isRunByNpm = process.env.npm_lifecycle_event === 'upload';
const command = 'src/agent/uploadCommand/main.ts';
const { node, bundle } = await prepare({ deps: true, sqlite: true, command });
if (node !== process.execPath) process.exit(await run(node, process.argv.slice(1)));
if (isRunByNpm) followParent();
const { main } = await import(pathToFileURL(bundle));
// npm runs scripts in the clone; paths are relative to the caller's folder.
const cwd = (isRunByNpm && process.env.INIT_CWD) || process.cwd();
process.exit(await main({ ...values, paths: positionals }, cwd));
