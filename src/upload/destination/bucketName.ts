/**
 * What is wrong with a bucket's name, or null.
 * Sources: S3 User Guide, "General purpose bucket naming rules", "Access point aliases". Other servers admit more, so with an endpoint of
 * one's own only what would break a URL is refused.
 */
export function judgeBucketName(name: string, isAws: boolean): string | null {
  if (name === '') return 'Enter the name of the bucket.';
  if (!isAws) return judgeForeign(name);
  if (name.startsWith('arn:'))
    return 'Enter the access point’s alias, which ends in -s3alias, instead of its ARN.';
  if (name.length < 3 || name.length > 63) return 'A bucket name has 3 to 63 characters.';
  if (/[A-Z]/.test(name)) return 'A bucket name has no upper-case letters.';
  if (!/^[a-z0-9.-]+$/.test(name))
    return 'A bucket name has only lower-case letters, digits, dots and hyphens.';
  if (!/^[a-z0-9].*[a-z0-9]$/.test(name)) return 'A bucket name begins and ends with a letter or a digit.';
  if (name.includes('..')) return 'A bucket name has no two dots in a row.';
  if (/^\d+\.\d+\.\d+\.\d+$/.test(name)) return 'A bucket name must not look like an IP address.';
  if (RESERVED_START.test(name) || RESERVED_END.test(name)) return 'This bucket name is reserved by AWS.';
  const unfit = UNFIT_ENDS.find(([pattern]) => pattern.test(name));
  if (unfit) return `This is ${unfit[1]}, to which the app cannot upload.`;
  return null;
}

const RESERVED_START = /^(xn--|sthree-|amzn-s3-demo-)/;
const RESERVED_END = /--table-s3$/;
/** An access point's alias (`-s3alias`) stands for a bucket; these need requests of other kinds. */
const UNFIT_ENDS: readonly [RegExp, string][] = [
  [/--ol-s3$/, 'the alias of an Object Lambda access point'],
  [/\.mrap$/, 'a Multi-Region Access Point'],
  [/--x-s3$/, 'a directory bucket'],
];

function judgeForeign(name: string): string | null {
  if (name.length > 255) return 'A bucket name has at most 255 characters.';
  if (!/^[A-Za-z0-9._-]+$/.test(name))
    return 'A bucket name has only letters, digits, dots, hyphens and underscores.';
  return name === '.' || name === '..' ? 'Enter the name of the bucket.' : null;
}
