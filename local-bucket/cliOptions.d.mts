export declare const CLI_USAGE: string;
export declare const CLI_OPTIONS: {
  dir: { type: 'string' };
  port: { type: 'string'; default: string };
  host: { type: 'string'; default: string };
  bucket: { type: 'string'; default: string };
  'bytes-per-second': { type: 'string' };
};
