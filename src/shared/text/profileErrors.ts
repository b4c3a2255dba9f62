import type { FactsOf, ProblemKind } from '../problem';
import { resumesAfter, type Words, type WordsFor } from './words';

/** What keeps an AWS profile from giving its keys. */
export const profileErrors = {
  'profiles-unreadable': () => ({
    message: 'The files with the AWS profiles cannot be read.',
    action: 'Check that you are allowed to read them, then try again.',
  }),
  'profile-missing': ({ profile }) => ({
    message: `There is no AWS profile “${profile}” on this computer.`,
    action: 'Choose another profile in the settings, or add this one, then try again.',
  }),
  'profile-without-keys': ({ profile }) => ({
    message: `The AWS profile “${profile}” does not say where its keys come from.`,
    action: 'Give it keys, a sign-in, a role or a command, then try again.',
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
    action: 'Check the role in the profile, or ask its administrator for access, then try again.',
  }),
  'profile-command-failed': ({ profile }) => ({
    message: `The command that gives the keys of the AWS profile “${profile}” failed.`,
    action: 'Run it in a terminal to see why, then try again.',
  }),
  'profile-command-offline': ({ profile }) => ({
    message: `There is no network, and the AWS profile “${profile}” gives no keys without it.`,
    ...resumesAfter('Check the network'),
  }),
  'profile-too-slow': ({ profile }) => ({
    message: `The AWS profile “${profile}” gave no keys in time.`,
    action: 'If its command waits for you, answer it or run it in a terminal, then try again.',
  }),
  'profile-unusable': ({ profile }) => ({
    message: `The AWS profile “${profile}” gave no keys.`,
    action: 'Check the profile with the AWS command line, then try again.',
  }),
  'sign-in-expired': signInWords,
} satisfies Partial<WordsFor<ProblemKind>>;

function signInWords({ profile, command }: FactsOf<'sign-in-expired'>): Words {
  const run = command === 'sso' ? 'aws sso login' : 'aws login';
  return {
    message: `You are no longer signed in to AWS with the profile “${profile}”.`,
    action: `Sign in again: run ${run} --profile ${shellName(profile)}, then try again.`,
  };
}

/** @param profile absent where the settings hold the keys */
export function renewKeys(profile: string | undefined): string {
  return profile === undefined
    ? 'Enter the current credentials in the settings.'
    : `Renew them (with SSO: run aws sso login --profile ${shellName(profile)}), then try again.`;
}

/** A profile's name as an argument in a shell. */
function shellName(profile: string): string {
  return /^[\w@%+=:,./-]+$/.test(profile) ? profile : `"${profile}"`;
}
