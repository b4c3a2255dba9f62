import type { ProblemKind } from '../problem';
import { always, CHECKS_AGAIN, RETRIES, thenAgain, thenRetry, type WordsFor } from './words';

const CHECK_DISK = 'Check that the disk is not full and can be written to';

/** Problems with the file on this computer, and with the object of its upload. */
export const fileErrors = {
  'file-missing': (_facts, subject) =>
    subject === 'bundle'
      ? {
          message: 'The bundle file is missing or cannot be read.',
          action: 'Export the session again, then upload it.',
        }
      : {
          message: 'The file is missing or cannot be read.',
          action: thenAgain('Check that the file exists and that you are allowed to read it'),
        },
  'file-damaged': (_facts, subject) =>
    subject === 'bundle'
      ? {
          message: 'The bundle was changed or damaged after its export, so it was not uploaded.',
          action: 'Export the session again to rebuild the bundle from the recording.',
        }
      : {
          message: 'The file differs from what was to be uploaded, so it was not uploaded.',
          action: thenAgain('Check the file'),
        },
  'file-changing': (_facts, subject) => ({
    message: `The ${subject} keeps changing while it is being uploaded.`,
    action: thenRetry('Wait until the program that writes it has finished'),
  }),
  'object-exists': always(
    'Another file already exists at this place in the bucket. It was not overwritten.',
    {
      app: 'Choose another key prefix in the settings, then press Retry.',
      terminal: 'Choose another prefix in --to, or add --overwrite.',
    },
  ),
  'key-occupied': always('Something else already exists at this place in the bucket.', {
    app: 'Choose another key prefix in the settings, or remove the other object.',
    terminal: 'Choose another prefix in --to, or remove the other object.',
  }),
  'object-missing': always('The object is not in the bucket.', 'Upload it again.'),
  'object-archived': always(
    'The object is archived and cannot be read until it is restored.',
    'Restore it from the archive with your storage provider’s tools.',
  ),
  'object-damaged': (_facts, subject) => ({
    message: `The object in the bucket differs from the ${subject} on this computer.`,
    action: {
      app: 'Press Retry. If it happens again, check this computer’s memory and disk.',
      terminal: 'Run the same command again. If it happens again, check this computer’s memory and disk.',
    },
  }),
  'damaged-on-the-way': always('The data was damaged on its way to the server.', {
    action: 'No action needed: the data is sent again.',
    passes: true,
  }),
  'not-verifiable': always(
    'The server gives no checksum to compare the uploaded file with.',
    'Ask the server’s administrator to turn on checksums for this bucket, or to pass ETags on.',
  ),
  'not-there-yet': always('The server confirmed the upload but does not show the file yet.', CHECKS_AGAIN),
  'not-checked-yet': always('The server did not answer whether the file is in the bucket.', {
    ...CHECKS_AGAIN,
    finalAction: {
      app: 'Press Retry. Nothing that was uploaded is sent again.',
      terminal: 'Run the same command again. Nothing that was uploaded is sent again.',
    },
  }),
  'upload-unknown': always('The server has no record of the unfinished upload.', {
    action: 'No action needed: the upload starts over.',
    passes: true,
  }),
  'upload-keeps-vanishing': always('The server keeps losing the parts it has received.', RETRIES),
  'upload-never-known': always(
    'The server accepts all parts but cannot assemble them: it no longer knows the upload.',
    thenRetry('Ask the server’s administrator why it loses unfinished uploads'),
  ),
  cancelled: always('The upload was cancelled.', 'Upload it again whenever you like.'),
  'program-closed': always(
    { app: 'The app was closed.', terminal: 'The command was stopped.' },
    {
      app: 'No action needed: the upload continues with the next start.',
      terminal: 'Run the same command again to resume.',
    },
  ),
  'disk-full': always('This computer’s disk is full.', {
    action: 'Free some space. The upload then resumes automatically.',
    finalAction: thenRetry('Free some space'),
  }),
  'state-not-saved': always('The state of this upload could not be saved on this computer.', {
    action: thenAgain(CHECK_DISK),
    finalAction: thenRetry(CHECK_DISK),
  }),
  internal: always('Something went wrong on this computer.', RETRIES),
  unrecognized: always('The upload has a problem that this version does not know.', {
    app: 'Install the newest version, or see the details below, then try again.',
    terminal: 'Install the newest version, then run the same command again.',
  }),
  told: ({ message, action }) => ({ message, action }),
  'not-configured': always('No destination for uploads is set up yet.', {
    app: 'Open the settings, enter your bucket and save.',
    terminal: 'Name your bucket with --to.',
  }),
  'destination-unknown': always('The destination of this upload is not set up on this computer.', {
    action: 'Open the settings and set it up again. The upload then continues automatically.',
    finalAction: { app: 'Open the settings and set it up again.', terminal: 'Name it with --to.' },
  }),
  'secret-missing': always(
    { app: 'The app no longer knows the secret access key.', terminal: 'The secret access key is missing.' },
    { app: 'Open the settings and enter the secret again.', terminal: 'Set AWS_SECRET_ACCESS_KEY.' },
  ),
  'secret-locked': always(
    'The system’s keychain is locked, so the stored secret access key cannot be read.',
    {
      action:
        'Unlock the keychain. Uploads then resume automatically; if they do not, quit the app and open it again.',
      finalAction: {
        app: 'Unlock the keychain, then try again. If that does not help, quit the app and open it again.',
        terminal: 'Unlock the keychain, then run the same command again.',
      },
    },
  ),
} satisfies Partial<WordsFor<ProblemKind>>;

/** Why a session without its bundle can be neither uploaded nor resumed. */
export const BUNDLE_GONE = {
  message: 'The bundle is no longer on this computer.',
  action: 'Export it again first.',
};
