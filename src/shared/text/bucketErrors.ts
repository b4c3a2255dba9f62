import type { FactsOf, ProblemKind } from '../problem';
import { renewKeys } from './profileErrors';
import { serverName, type Words, type WordsFor } from './words';

/** What the bucket refuses: its name, its keys, its rights, and what it demands of each object. */
export const bucketErrors = {
  'access-key-unknown': (keys) => ({
    message: 'The server does not know this access key ID.',
    action: checkKeys(keys),
  }),
  'secret-wrong': (keys) => ({
    message: 'The secret access key does not match this access key ID.',
    action: checkKeys(keys),
  }),
  'session-token-invalid': ({ profile }) => ({
    message: 'The session token is not valid.',
    action: renewKeys(profile),
  }),
  'credentials-expired': ({ profile }) => ({
    message:
      profile === undefined
        ? 'The credentials have expired.'
        : `The credentials of the AWS profile “${profile}” have expired.`,
    action: renewKeys(profile),
  }),
  'setting-not-sendable': ({ profile }) => ({
    message: 'The request could not be made: a setting contains a character that cannot be sent.',
    action:
      profile === undefined
        ? 'Enter the keys and the session token again, without invisible characters.'
        : `Check the keys of the AWS profile “${profile}” for invisible characters.`,
  }),
  'bucket-missing': ({ bucket, server }) => ({
    message: `There is no bucket named “${bucket}” at ${serverName(server)}.`,
    action: 'Check the bucket name in the settings, or create the bucket.',
  }),
  'bucket-name-invalid': ({ bucket }) => ({
    message: `“${bucket}” is not a valid bucket name.`,
    action: 'Check the bucket name in the settings.',
  }),
  'bucket-in-endpoint': ({ bucket }) => ({
    message: `The endpoint already contains the bucket “${bucket}”. Files would end up in a folder of that name.`,
    action: 'Remove the bucket from the endpoint in the settings.',
  }),
  'bucket-full': ({ bucket }) => ({
    message: `There is no space left in the bucket “${bucket}”.`,
    action: 'Free some space, then try again.',
  }),
  'other-region': ({ bucket, region }) =>
    region === undefined
      ? {
          message: `The bucket “${bucket}” is in another region.`,
          action: 'Check the region in the settings.',
        }
      : {
          message: `The bucket “${bucket}” is in the region “${region}”.`,
          action: `Set the region to “${region}” in the settings.`,
        },
  denied: deniedWords,
  'encryption-key-unusable': ({ bucket, right }) => ({
    message: `The encryption key of the bucket “${bucket}” cannot be used.`,
    action: `Ask the bucket’s administrator to let this access key use it${inBrackets(right)}.`,
  }),
  'encryption-demanded': ({ encryption }) => {
    const name = encryption === 'sse-s3' ? 'SSE-S3' : 'SSE-KMS';
    return {
      message: `The bucket requires encryption (${name}) for each upload.`,
      action: `Set the encryption to ${name} in the settings, under Advanced.`,
    };
  },
  'attribute-demanded': ({ attribute }) => ({
    message: `The bucket requires ${ATTRIBUTES[attribute].demanded} for each upload.`,
    action: `Set ${ATTRIBUTES[attribute].setting} to what the bucket’s policy requires (Settings → Advanced).`,
  }),
  'attribute-refused': ({ attribute }) => ({
    message: `The server does not accept ${ATTRIBUTES[attribute].setting} in the settings.`,
    action: `Change ${ATTRIBUTES[attribute].setting} in the settings, under Advanced.`,
  }),
  'storage-class-unknown': ({ bucket }) => ({
    message: `The bucket “${bucket}” does not have the storage class in the settings.`,
    action: 'Choose another storage class in the settings, under Advanced, or leave it empty.',
  }),
  'object-tags-refused': () => ({
    message: 'The server does not accept the object tags in the settings.',
    action: 'Check the object tags in the settings, under Advanced.',
  }),
  'file-too-large': () => ({
    message: 'The server does not accept files this large.',
    action: 'Ask the server’s administrator to raise its limit.',
  }),
  'parts-too-small': () => ({
    message: 'The parts are smaller than the server accepts.',
    action: 'Raise the part size in the settings, under Advanced. A low bandwidth limit lowers it.',
  }),
} satisfies Partial<WordsFor<ProblemKind>>;

const ATTRIBUTES: Record<FactsOf<'attribute-demanded'>['attribute'], { demanded: string; setting: string }> =
  {
    'encryption-key': { demanded: 'a certain encryption key (SSE-KMS)', setting: 'the encryption' },
    encryption: { demanded: 'encryption', setting: 'the encryption' },
    'storage-class': { demanded: 'a certain storage class', setting: 'the storage class' },
    'object-tags': { demanded: 'certain object tags', setting: 'the object tags' },
  };

const DEEDS: readonly [RegExp, string][] = [
  [/^s3:Put\w*Tagging$/, 'set object tags'],
  [/^s3:Get/, 'read files'],
  [/^s3:List/, 'list files'],
  [/^s3:Delete/, 'delete files'],
  [/^s3:Abort/, 'cancel unfinished uploads'],
  [/^s3:Put/, 'write files'],
];

function deniedWords({ bucket, right }: FactsOf<'denied'>): Words {
  const deed = DEEDS.find(([pattern]) => pattern.test(right ?? ''))?.[1] ?? 'do this';
  return {
    message: `This access key is not allowed to ${deed} in the bucket “${bucket}”.`,
    action: `Check the keys and the bucket in the settings, or ask the bucket’s administrator for the right to ${deed}${inBrackets(right)}.`,
  };
}

function inBrackets(right: string | undefined): string {
  return right === undefined ? '' : ` (${right})`;
}

function checkKeys({ profile }: { profile?: string }): string {
  return profile === undefined
    ? 'Check the access key ID and the secret access key in the settings.'
    : `Check the keys of the AWS profile “${profile}”.`;
}
