/** The options of `npm run bucket`, shared with the script that prepares the clone and runs on older Nodes. */
export const CLI_USAGE = `npm run bucket -- --dir PATH [--port N] [--host ADDRESS] [--bucket NAME] [--bytes-per-second N]

Keeps an S3 bucket in the folder PATH.`;

export const CLI_OPTIONS = {
  dir: { type: 'string' },
  port: { type: 'string', default: '9000' },
  host: { type: 'string', default: '127.0.0.1' },
  bucket: { type: 'string', default: 'recordings' },
  'bytes-per-second': { type: 'string' },
};
