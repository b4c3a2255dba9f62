import type { FieldProblem, FieldProblemOf } from '../../shared/fieldProblem';

/**
 * Returns what is wrong with a bucket's name, or null. Other servers allow more than S3, so with a custom endpoint only
 * names that would break a URL are refused.
 * Sources: S3 User Guide, "General purpose bucket naming rules", "Access point aliases".
 */
export function judgeBucketName(name: string, isAws: boolean): FieldProblem | null {
  if (name === '') return { kind: 'bucket-missing' };
  if (!isAws) return judgeForeign(name);
  if (name.startsWith('arn:')) return { kind: 'bucket-is-arn' };
  if (name.length < 3 || name.length > 63) return { kind: 'bucket-length' };
  if (/[A-Z]/.test(name)) return { kind: 'bucket-upper-case' };
  if (!/^[a-z0-9.-]+$/.test(name)) return { kind: 'bucket-characters' };
  if (!/^[a-z0-9].*[a-z0-9]$/.test(name)) return { kind: 'bucket-ends' };
  if (name.includes('..')) return { kind: 'bucket-dots' };
  if (/^\d+\.\d+\.\d+\.\d+$/.test(name)) return { kind: 'bucket-is-address' };
  if (RESERVED_START.test(name) || RESERVED_END.test(name)) return { kind: 'bucket-reserved' };
  const unfit = UNFIT_ENDS.find(([pattern]) => pattern.test(name));
  if (unfit) return { kind: 'bucket-unfit', is: unfit[1] };
  return null;
}

const RESERVED_START = /^(xn--|sthree-|amzn-s3-demo-)/;
const RESERVED_END = /--table-s3$/;
/** An access point's alias (`-s3alias`) works like a bucket; names with these suffixes need other kinds of requests. */
const UNFIT_ENDS: readonly [RegExp, FieldProblemOf<'bucket-unfit'>['is']][] = [
  [/--ol-s3$/, 'object-lambda'],
  [/\.mrap$/, 'multi-region'],
  [/--x-s3$/, 'directory'],
];

function judgeForeign(name: string): FieldProblem | null {
  if (name.length > 255) return { kind: 'bucket-too-long' };
  if (!/^[A-Za-z0-9._-]+$/.test(name)) return { kind: 'bucket-characters-elsewhere' };
  return name === '.' || name === '..' ? { kind: 'bucket-missing' } : null;
}
