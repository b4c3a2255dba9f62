import type { FieldProblem } from '../../shared/fieldProblem';
import type { ObjectAttributes, UploadConfigField, UploadConfigInput } from '../../shared/upload';
import { hasInvisible, INVISIBLE } from './invisible';

type Blame = (field: UploadConfigField, wrong: FieldProblem | null) => void;

/** S3 allows 10 tags per object, with names of 128 and values of 256 characters (S3 User Guide, "Object tags"). */
const MOST_TAGS = 10;
const LONGEST_TAG_NAME = 128;
const LONGEST_TAG_VALUE = 256;
/** Objects of these classes cannot be read immediately: neither a check nor a link would work. */
const ARCHIVES = ['GLACIER', 'DEEP_ARCHIVE'];

/** The attributes for every object, from the form. Empty if none are set. */
export function readAttributes(input: UploadConfigInput, blame: Blame): ObjectAttributes {
  const { encryption } = input;
  const kmsKeyId = encryption === 'sse-kms' ? input.kmsKeyId?.trim() || undefined : undefined;
  const storageClass = input.storageClass?.trim().toUpperCase() || undefined;
  const tags = readTags(input.objectTags ?? '');
  blame('kmsKeyId', judgeKeyId(kmsKeyId));
  blame('storageClass', judgeStorageClass(storageClass));
  blame('objectTags', 'wrong' in tags ? tags.wrong : null);
  const objectTags = 'tags' in tags && Object.keys(tags.tags).length > 0 ? tags.tags : undefined;
  return { encryption, kmsKeyId, storageClass, objectTags };
}

function judgeKeyId(keyId: string | undefined): FieldProblem | null {
  if (keyId === undefined) return null;
  if (hasInvisible(keyId)) return INVISIBLE;
  return /^[\x21-\x7e]+$/.test(keyId) ? null : { kind: 'key-id-characters' };
}

function judgeStorageClass(name: string | undefined): FieldProblem | null {
  if (name === undefined) return null;
  if (ARCHIVES.includes(name)) return { kind: 'storage-class-archive' };
  return /^[A-Z0-9_-]{1,64}$/.test(name) ? null : { kind: 'storage-class-invalid' };
}

function readTags(text: string): { tags: Record<string, string> } | { wrong: FieldProblem } {
  const tags = new Map<string, string>();
  for (const pair of text.split(/[,\n]/)) {
    if (pair.trim() === '') continue;
    const at = pair.indexOf('=');
    if (at < 0) return { wrong: { kind: 'tags-invalid' } };
    const tagName = pair.slice(0, at).trim();
    const value = pair.slice(at + 1).trim();
    const wrong = tags.has(tagName)
      ? ({ kind: 'tag-twice', name: tagName } as const)
      : judgeTag(tagName, value);
    if (wrong) return { wrong };
    tags.set(tagName, value);
  }
  if (tags.size > MOST_TAGS) return { wrong: { kind: 'too-many-tags' } };
  return { tags: Object.fromEntries(tags) };
}

function judgeTag(tagName: string, value: string): FieldProblem | null {
  if (hasInvisible(tagName + value)) return INVISIBLE;
  if (tagName === '') return { kind: 'tag-without-name' };
  if (tagName.startsWith('aws:')) return { kind: 'tag-reserved' };
  if (tagName.length > LONGEST_TAG_NAME || value.length > LONGEST_TAG_VALUE) return { kind: 'tag-too-long' };
  return /^[\p{L}\p{N}\p{Zs}+\-=._:/@]*$/u.test(tagName + value) ? null : { kind: 'tag-characters' };
}
