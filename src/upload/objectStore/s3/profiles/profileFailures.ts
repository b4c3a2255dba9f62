import type { AppError } from '../../../../shared/appError';
import { StoreFailure } from '../../objectStore';
import { goesOn } from '../goesOn';
import { shellName } from './shellName';

function needsUser(error: AppError, cause?: unknown): StoreFailure {
  return new StoreFailure({ verdict: 'needs-user', error }, { cause });
}

/** @param files where it was looked for */
export function profileMissing(profile: string, files: readonly string[]): StoreFailure {
  return needsUser({
    code: 'ProfileMissing',
    message: `There is no AWS profile “${profile}” on this computer.`,
    action: 'Choose another profile in the settings, or add this one, then try again.',
    details: `looked for in ${files.join(' and ')}`,
  });
}

export function profileFilesUnreadable(cause: unknown): StoreFailure {
  const error = {
    code: 'ProfilesUnreadable',
    message: 'The files with the AWS profiles cannot be read.',
    action: 'Give yourself the right to read them, then try again.',
    details: String(cause),
  };
  return needsUser(error, cause);
}

export function profileWithoutKeys(profile: string): StoreFailure {
  return needsUser({
    code: 'ProfileWithoutKeys',
    message: `The AWS profile “${profile}” says nothing of where its keys come from.`,
    action: 'Give it keys, a sign-in, a role or a command, then try again.',
  });
}

/** Keys of the environment or of a virtual machine are nobody's choice for recordings. */
export function profileUsesSurroundings(profile: string, source: string): StoreFailure {
  return needsUser({
    code: 'ProfileUsesCredentialSource',
    message: `The AWS profile “${profile}” takes its keys from the surroundings of the app, which it never does.`,
    action: 'Choose a profile with keys, a sign-in or a command of its own.',
    details: `credential_source = ${source}`,
  });
}

export function profileWantsMfa(profile: string): StoreFailure {
  return needsUser({
    code: 'ProfileWantsMfa',
    message: `The AWS profile “${profile}” asks for a code at each sign-in, which an upload cannot wait for.`,
    action: 'Choose a profile that signs in by SSO, or by a command (credential_process).',
  });
}

/** @param command the one that renews it: `sso` or `login` */
export function signInExpired(profile: string, command: 'sso' | 'login', cause: unknown): StoreFailure {
  const run = command === 'sso' ? 'aws sso login' : 'aws login';
  const error = {
    code: command === 'sso' ? 'SsoSessionExpired' : 'LoginSessionExpired',
    message: `You are not signed in to AWS any more with the profile “${profile}”.`,
    action: `Sign in again: run ${run} --profile ${shellName(profile)}, then try again.`,
    details: rawText(cause),
  };
  return needsUser(error, cause);
}

export function roleRefused(profile: string, cause: unknown): StoreFailure {
  const error = {
    code: 'ProfileRoleRefused',
    message: `AWS does not let the profile “${profile}” take its role.`,
    action: 'Check the role in the profile, or ask the person who grants it, then try again.',
    details: rawText(cause),
  };
  return needsUser(error, cause);
}

/**
 * A command that fails while the destination cannot be reached either most likely needs the network: then nothing is wrong
 * that the user could mend.
 */
export function processFailedOffline(profile: string, failure: StoreFailure): StoreFailure {
  const { action, actionAtLast } = goesOn('Check the network');
  const error = {
    code: 'CredentialProcessOffline',
    message: `The network is gone, and the AWS profile “${profile}” gives no keys without it.`,
    action,
    details: failure.error.details,
  };
  return new StoreFailure({ verdict: 'unreachable', error, actionAtLast }, { cause: failure });
}

/** Whether a command, rather than AWS, kept a profile from giving its keys. */
export function isOfProcess(error: unknown): error is StoreFailure {
  const codes = ['CredentialProcessFailed', 'ProfileTooSlow'];
  return error instanceof StoreFailure && codes.includes(error.error.code);
}

/** Node begins so where a command ended with an error; the command itself and what it printed follow. */
const COMMAND_FAILED = /\bCommand failed\b/;

/** Neither the command nor what it printed is told or kept: either may hold a password. */
export function processFailed(profile: string, cause: unknown): StoreFailure {
  const text = rawText(cause);
  return needsUser({
    code: 'CredentialProcessFailed',
    message: `The command that gives the keys of the AWS profile “${profile}” failed.`,
    action: 'Run it in a terminal to see why, then try again.',
    details: COMMAND_FAILED.test(text)
      ? 'credential_process ended with an error. What it printed may hold secrets, and is not kept.'
      : text,
  });
}

export function profileTooSlow(profile: string, patienceMs: number): StoreFailure {
  return needsUser({
    code: 'ProfileTooSlow',
    message: `The AWS profile “${profile}” gave no keys in time.`,
    action: 'If its command waits for you, answer it or run it in a terminal, then try again.',
    details: `waited ${Math.round(patienceMs / 1000)} s`,
  });
}

export function profileUnusable(profile: string, cause: unknown): StoreFailure {
  const error = {
    code: 'ProfileUnusable',
    message: `The AWS profile “${profile}” gave no keys.`,
    action: 'Check the profile with the AWS command line, then try again.',
    details: rawText(cause),
  };
  return needsUser(error, cause);
}

const LONGEST_DETAILS = 1000;

function rawText(cause: unknown): string {
  const text = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
  return text.length > LONGEST_DETAILS ? `${text.slice(0, LONGEST_DETAILS)}…` : text;
}
