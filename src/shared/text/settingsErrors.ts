import type { FieldProblem, FieldProblemKind, FieldProblemOf, FieldProblems } from '../fieldProblem';
import type { DestinationWarning, FieldErrors } from '../upload';
import { textFor, type Surface, type Text } from './words';

const WARNINGS: Record<DestinationWarning, string> = {
  undeletable:
    'These credentials can write but not delete: a small test file stays in the bucket each time. Uploads work.',
  'no-metadata':
    'The server keeps no metadata with files, so the app recognises its uploads by their content. Uploads work.',
};

/** Describes a limitation of a destination. */
export function describeWarning(warning: DestinationWarning): string {
  return WARNINGS[warning];
}

const UNFIT: Record<FieldProblemOf<'bucket-unfit'>['is'], string> = {
  'object-lambda': 'the alias of an Object Lambda access point',
  'multi-region': 'a Multi-Region Access Point',
  directory: 'a directory bucket',
};

type WithFacts = 'too-long' | 'bucket-unfit' | 'endpoint-with-bucket' | 'tag-twice';

const SENTENCES: Record<Exclude<FieldProblemKind, WithFacts>, Text> = {
  invisible: 'This contains an invisible character. Delete the text and type it in.',
  'bucket-missing': 'Enter the name of the bucket.',
  'bucket-is-arn': 'Enter the access point’s alias, which ends in -s3alias, instead of its ARN.',
  'bucket-length': 'A bucket name must have 3 to 63 characters.',
  'bucket-upper-case': 'A bucket name cannot contain upper-case letters.',
  'bucket-characters': 'A bucket name can contain only lower-case letters, digits, dots and hyphens.',
  'bucket-ends': 'A bucket name must begin and end with a letter or a digit.',
  'bucket-dots': 'A bucket name cannot contain two dots in a row.',
  'bucket-is-address': 'A bucket name cannot look like an IP address.',
  'bucket-reserved': 'This bucket name is reserved by AWS.',
  'bucket-too-long': 'A bucket name can have at most 255 characters.',
  'bucket-characters-elsewhere':
    'A bucket name can contain only letters, digits, dots, hyphens and underscores.',
  'region-missing': 'Enter the region, for example eu-central-1.',
  'region-unknown': 'This is not the name of an AWS region. An example is eu-central-1.',
  'region-characters': 'A region can contain only letters, digits, hyphens and underscores.',
  'prefix-leading-slash': 'A key prefix cannot begin with a slash.',
  'prefix-dots': 'A key prefix cannot have “.” or “..” between slashes.',
  'prefix-double-slash': 'A key prefix cannot contain two slashes in a row.',
  'prefix-too-long': 'The key prefix is too long.',
  'access-key-missing': 'Enter the access key ID.',
  'access-key-characters': 'An access key ID cannot contain spaces or special letters.',
  'secret-missing': 'Enter the secret access key.',
  'secret-characters': 'A secret access key cannot contain spaces or special letters.',
  'secret-of-other-endpoint': 'The endpoint was changed. Enter the secret access key that belongs to it.',
  'secret-locked':
    'The stored secret cannot be read while the system’s keychain is locked. Unlock it and try again, or enter the secret.',
  'token-characters': 'A session token cannot contain spaces or special letters.',
  'token-locked':
    'The stored session token cannot be read while the system’s keychain is locked. Unlock it and try again, or enter it.',
  'profile-missing': {
    app: 'Enter the name of the profile, or choose one.',
    terminal: 'Give the name of the profile.',
  },
  'profile-characters': 'A profile name cannot contain brackets, quotes or backslashes.',
  'endpoint-invalid': 'Enter the server’s address, beginning with https://.',
  'endpoint-with-user': {
    app: 'Enter the address without a user name or password. The keys have their own fields.',
    terminal:
      'Give the address without a user name or password. The keys come from a profile or the environment.',
  },
  'endpoint-with-query': 'Enter only the address, without “?” or “#” and the text after it.',
  'http-not-private': 'Plain http works only for this computer or a private network. Use https://.',
  'http-not-allowed': {
    app: 'Plain http is not encrypted. Allow it explicitly, or use https://.',
    terminal: 'Plain http is not encrypted. Use https://, or add --allow-http.',
  },
  'retries-out-of-range': 'Enter a whole number from 0 to 100.',
  'part-size-out-of-range': 'A part must have at least 5 MiB and at most 128 MiB.',
  'limit-out-of-range': {
    app: 'Enter at least 0.01 MB/s (10 kB a second), or leave the field empty for no limit.',
    terminal: 'Give at least 0.01 MB/s (10 kB a second), or leave the option out for no limit.',
  },
  'ca-file-relative': 'Enter the full path of the file.',
  'key-id-characters': 'The ID or ARN of a key cannot contain spaces or special letters.',
  'storage-class-archive':
    'Files of this class cannot be read until they are restored. Let a lifecycle rule move them there.',
  'storage-class-invalid': 'This is not the name of a storage class. An example is STANDARD_IA.',
  'tags-invalid': 'Enter tags as name=value, separated by commas.',
  'too-many-tags': 'A file can have at most 10 tags.',
  'tag-without-name': 'A tag needs a name before its “=”.',
  'tag-reserved': 'Tag names that begin with aws: are reserved.',
  'tag-too-long': 'A tag name can have at most 128 characters, and its value at most 256.',
  'tag-characters': 'Tags can contain only letters, digits, spaces and + - = . _ : / @',
};

/** Why the secrets were not saved. */
export type StorageProblem = 'not-encrypted' | 'no-keychain';

const STORAGE: Record<StorageProblem, string> = {
  'not-encrypted':
    'The system’s keychain did not encrypt the secret, so nothing was saved. Unlock it and save again.',
  'no-keychain':
    'This system cannot encrypt the secret: choose to enter it after each start, or to store it weakly protected.',
};

export function describeStorage(problem: StorageProblem): string {
  return STORAGE[problem];
}

/**
 * Describes a problem with one field, in one or two sentences.
 * @param surface where the user reads it: a terminal has an option for each field
 */
export function describeField(problem: FieldProblem, surface: Surface = 'app'): string {
  return textFor(fieldText(problem), surface);
}

function fieldText(problem: FieldProblem): Text {
  switch (problem.kind) {
    case 'too-long':
      return `This is too long. The limit is ${problem.most} characters.`;
    case 'bucket-unfit':
      return {
        app: `This is ${UNFIT[problem.is]}. The app cannot upload to it.`,
        terminal: `This is ${UNFIT[problem.is]}. The command cannot upload to it.`,
      };
    case 'endpoint-with-bucket':
      return {
        app: `Enter the address without the bucket “${problem.bucket}”: ${problem.right}. The bucket has its own field.`,
        terminal: `Give the address without the bucket “${problem.bucket}”: ${problem.right}. The bucket belongs in --to.`,
      };
    case 'tag-twice':
      return `The tag “${problem.name}” appears twice.`;
    default:
      return SENTENCES[problem.kind];
  }
}

export function describeFields(problems: FieldProblems): FieldErrors {
  const sentences = Object.entries(problems).map(([field, problem]) => [field, describeField(problem)]);
  return Object.fromEntries(sentences) as FieldErrors;
}
