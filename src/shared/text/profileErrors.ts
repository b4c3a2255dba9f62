import type { FactsOf, ProblemKind } from '../problem';
import {
  resumesAfter,
  thenAgain,
  thenUploadAgain,
  type Text,
  type UserMessage,
  type WordsFor,
} from './words';

/** Problems in getting keys from an AWS profile. */
export const profileErrors = {
  'profiles-unreadable': () => ({
    message: 'The files with the AWS profiles cannot be read.',
    action: thenAgain('Check that you are allowed to read them'),
  }),
  'profile-missing': ({ profile }) => ({
    message: `There is no AWS profile “${profile}” on this computer.`,
    action: {
      app: 'Choose another profile in the settings, or add this one, then try again.',
      terminal: 'Name another profile with --profile, or add this one, then run the same command again.',
    },
  }),
  'profile-without-keys': ({ profile }) => ({
    message: `The AWS profile “${profile}” does not say where its keys come from.`,
    action: thenAgain('Give it keys, a sign-in, a role or a command'),
  }),
  'profile-uses-surroundings': ({ profile }) => ({
    message: `The AWS profile “${profile}” takes its keys from the environment, which is not supported.`,
    action: 'Choose a profile that has its own keys, sign-in or command.',
  }),
  'profile-wants-mfa': ({ profile }) => ({
    message: `The AWS profile “${profile}” asks for a code at each sign-in, which an upload cannot wait for.`,
    action: 'Choose a profile that signs in with SSO or a command (credential_process).',
  }),
  'profile-role-refused': ({ profile }) => ({
    message: `AWS does not let the profile “${profile}” assume its role.`,
    action: thenAgain('Check the role in the profile, or ask its administrator for access'),
  }),
  'profile-command-failed': ({ profile }) => ({
    message: `The command that gives the keys of the AWS profile “${profile}” failed.`,
    action: thenUploadAgain('Run it in a terminal to see why'),
  }),
  'profile-command-offline': ({ profile }) => ({
    message: `There is no network, and the AWS profile “${profile}” gives no keys without it.`,
    ...resumesAfter('Check the network'),
  }),
  'profile-too-slow': ({ profile }) => ({
    message: `The AWS profile “${profile}” gave no keys in time.`,
    action: thenUploadAgain('If its command waits for you, answer it or run it in a terminal'),
  }),
  'profile-unusable': ({ profile }) => ({
    message: `The AWS profile “${profile}” gave no keys.`,
    action: thenAgain('Check the profile with the AWS command line'),
  }),
  'sign-in-expired': signInWords,
} satisfies Partial<WordsFor<ProblemKind>>;

function signInWords({ profile, command }: FactsOf<'sign-in-expired'>): UserMessage {
  const run = command === 'sso' ? 'aws sso login' : 'aws login';
  return {
    message: `You are no longer signed in to AWS with the profile “${profile}”.`,
    action: thenUploadAgain(`Sign in again: run ${run} --profile ${shellName(profile)}`),
  };
}

/** @param profile absent if the settings or the environment of a terminal contain the keys */
export function renewKeys(profile: string | undefined): Text {
  return profile === undefined
    ? {
        app: 'Enter the current credentials in the settings.',
        terminal:
          'Set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN to current credentials.',
      }
    : thenUploadAgain(`Renew them (with SSO: run aws sso login --profile ${shellName(profile)})`);
}

/** A profile's name as an argument in a shell. */
function shellName(profile: string): string {
  return /^[\w@%+=:,./-]+$/.test(profile) ? profile : `"${profile}"`;
}
