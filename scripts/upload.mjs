// npm run upload: uploads files and folders to an S3-compatible bucket.
import { pathToFileURL } from 'node:url';
import { followParent } from './lib/followParent.mjs';
import { readOptions, refuse } from './lib/options.mjs';

import { prepare } from './lib/prepare.mjs';
import { run } from './lib/run.mjs';

const usage = `npm run upload -- PATH… --to s3://bucket/prefix [OPTION…]

Uploads files and folders. A folder's name is part of the keys: "photos" becomes prefix/photos/…; "photos/." uploads its
content only. Files that the bucket holds unchanged since an earlier run of the same command are not sent again, so the
same command goes on where it was stopped, by Ctrl-C, a crash or a power cut. Nothing of others is overwritten.

  --to s3://bucket/prefix   where to
  --endpoint URL            of an S3-compatible server; without it AWS S3 (also AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL)
  --region NAME             of the bucket (also AWS_REGION, AWS_DEFAULT_REGION, or the profile's)
  --profile NAME            an AWS profile that gives the keys; else AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and
                            AWS_SESSION_TOKEN, AWS_PROFILE, or the default profile
  --include, --exclude GLOB files to take, files and folders to leave out; both can be given several times. A pattern
                            without a slash matches names, another one the path below PATH
  --overwrite               also overwrite objects that other programs wrote
  --parallel N              files at once, 1 to 64 (default: 4)
  --bandwidth RATE          the most to send in a second, as 10MB or 512KiB
  --part-size SIZE          of files that are sent in parts, 5MiB to 128MiB (default: 10MiB)
  --path-style              the bucket in the path of the address instead of the host name (default on this computer)
  --ca-file FILE            a certificate authority to trust beside the system's (PEM)
  --allow-http              plain http to a private network; to this computer it is always allowed
  --state-dir FOLDER        where it is kept what was uploaded
  --dry-run                 only list what would be uploaded
  --json                    one JSON object a line instead of sentences

Exit codes: 0 all is in the bucket, 1 some files are not, 2 wrong use, 130 stopped by Ctrl-C (143 and 129: by SIGTERM and
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
// npm runs scripts in the clone: paths are meant from where it was called.
const cwd = (isRunByNpm && process.env.INIT_CWD) || process.cwd();
process.exit(await main({ ...values, paths: positionals }, cwd));
