import type { FactsOf, ProblemKind } from '../problem';
import { renewKeys } from './profileErrors';
import { ASK_ADMIN, serverName, thenAgain, type Text, type UserMessage, type WordsFor } from './words';

/** The command has no options for encryption, storage class and tags. */
const CANNOT_BE_SET = 'This command cannot set that. Ask the bucket’s administrator to demand it no longer.';

/** Refusals by the bucket: its name, keys, permissions, and required attributes. */
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
        ? {
            app: 'Enter the keys and the session token again, without invisible characters.',
            terminal: 'Set the keys and the session token again, without invisible characters.',
          }
        : `Check the keys of the AWS profile “${profile}” for invisible characters.`,
  }),
  'bucket-missing': ({ bucket, server }) => ({
    message: `There is no bucket named “${bucket}” at ${serverName(server)}.`,
    action: {
      app: 'Check the bucket name in the settings, or create the bucket.',
      terminal: 'Check the bucket in --to, and --endpoint; or create the bucket.',
    },
  }),
  'bucket-name-invalid': ({ bucket }) => ({
    message: `“${bucket}” is not a valid bucket name.`,
    action: { app: 'Check the bucket name in the settings.', terminal: 'Check the bucket in --to.' },
  }),
  'bucket-in-endpoint': ({ bucket }) => ({
    message: `The endpoint already contains the bucket “${bucket}”. Files would end up in a folder of that name.`,
    action: {
      app: 'Remove the bucket from the endpoint in the settings.',
      terminal: 'Remove the bucket from --endpoint.',
    },
  }),
  'bucket-full': ({ bucket }) => ({
    message: `There is no space left in the bucket “${bucket}”.`,
    action: thenAgain('Free some space'),
  }),
  'other-region': ({ bucket, region }) =>
    region === undefined
      ? {
          message: `The bucket “${bucket}” is in another region.`,
          action: {
            app: 'Check the region in the settings.',
            terminal: 'Give the bucket’s region with --region.',
          },
        }
      : {
          message: `The bucket “${bucket}” is in the region “${region}”.`,
          action: {
            app: `Set the region to “${region}” in the settings.`,
            terminal: `Give the bucket’s region with --region ${region}.`,
          },
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
      action: {
        app: `Set the encryption to ${name} in the settings, under Advanced.`,
        terminal: CANNOT_BE_SET,
      },
    };
  },
  'attribute-demanded': ({ attribute }) => ({
    message: `The bucket requires ${ATTRIBUTES[attribute].demanded} for each upload.`,
    action: {
      app: `Set ${ATTRIBUTES[attribute].setting} to what the bucket’s policy requires (Settings → Advanced).`,
      terminal: CANNOT_BE_SET,
    },
  }),
  'attribute-refused': ({ attribute }) => ({
    message: {
      app: `The server does not accept ${ATTRIBUTES[attribute].setting} in the settings.`,
      terminal: `The server does not accept ${ATTRIBUTES[attribute].setting}.`,
    },
    action: {
      app: `Change ${ATTRIBUTES[attribute].setting} in the settings, under Advanced.`,
      terminal: ASK_ADMIN.terminal,
    },
  }),
  'storage-class-unknown': ({ bucket }) => ({
    message: {
      app: `The bucket “${bucket}” does not have the storage class in the settings.`,
      terminal: `The bucket “${bucket}” does not have the storage class.`,
    },
    action: {
      app: 'Choose another storage class in the settings, under Advanced, or leave it empty.',
      terminal: ASK_ADMIN.terminal,
    },
  }),
  'object-tags-refused': () => ({
    message: {
      app: 'The server does not accept the object tags in the settings.',
      terminal: 'The server does not accept the object tags.',
    },
    action: { app: 'Check the object tags in the settings, under Advanced.', terminal: ASK_ADMIN.terminal },
  }),
  'file-too-large': () => ({
    message: 'The server does not accept files this large.',
    action: 'Ask the server’s administrator to raise its limit.',
  }),
  'parts-too-small': () => ({
    message: 'The parts are smaller than the server accepts.',
    action: {
      app: 'Raise the part size in the settings, under Advanced. A low bandwidth limit lowers it.',
      terminal: 'Raise --part-size. A low --bandwidth lowers it.',
    },
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

function deniedWords({ bucket, right }: FactsOf<'denied'>): UserMessage {
  const deed = DEEDS.find(([pattern]) => pattern.test(right ?? ''))?.[1] ?? 'do this';
  const ask = `ask the bucket’s administrator for the right to ${deed}${inBrackets(right)}.`;
  return {
    message: `This access key is not allowed to ${deed} in the bucket “${bucket}”.`,
    action: {
      app: `Check the keys and the bucket in the settings, or ${ask}`,
      terminal: `Check the credentials and the bucket in --to, or ${ask}`,
    },
  };
}

function inBrackets(right: string | undefined): string {
  return right === undefined ? '' : ` (${right})`;
}

function checkKeys({ profile }: { profile?: string }): Text {
  return profile === undefined
    ? {
        app: 'Check the access key ID and the secret access key in the settings.',
        terminal: 'Check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.',
      }
    : `Check the keys of the AWS profile “${profile}”.`;
}
