import type { Problem } from '../../../../shared/problem';
import { ObjectStoreError } from '../../objectStore';

function needsUser(problem: Problem, cause?: unknown): ObjectStoreError {
  return new ObjectStoreError({ verdict: 'needs-user', problem }, { cause });
}

/** @param files where it was looked for */
export function profileMissing(profile: string, files: readonly string[]): ObjectStoreError {
  const facts = { kind: 'profile-missing', profile } as const;
  return needsUser({ code: 'ProfileMissing', facts, details: `looked for in ${files.join(' and ')}` });
}

export function profileFilesUnreadable(cause: unknown): ObjectStoreError {
  const facts = { kind: 'profiles-unreadable' } as const;
  return needsUser({ code: 'ProfilesUnreadable', facts, details: String(cause) }, cause);
}

export function profileWithoutKeys(profile: string): ObjectStoreError {
  return needsUser({ code: 'ProfileWithoutKeys', facts: { kind: 'profile-without-keys', profile } });
}

/** Keys of the environment or of a virtual machine are nobody's choice for recordings. */
export function profileUsesSurroundings(profile: string, source: string): ObjectStoreError {
  const facts = { kind: 'profile-uses-surroundings', profile } as const;
  return needsUser({ code: 'ProfileUsesCredentialSource', facts, details: `credential_source = ${source}` });
}

export function profileWantsMfa(profile: string): ObjectStoreError {
  return needsUser({ code: 'ProfileWantsMfa', facts: { kind: 'profile-wants-mfa', profile } });
}

/** @param command the one that renews it: `sso` or `login` */
export function signInExpired(profile: string, command: 'sso' | 'login', cause: unknown): ObjectStoreError {
  const code = command === 'sso' ? 'SsoSessionExpired' : 'LoginSessionExpired';
  const facts = { kind: 'sign-in-expired', profile, command } as const;
  return needsUser({ code, facts, details: rawText(cause) }, cause);
}

export function roleRefused(profile: string, cause: unknown): ObjectStoreError {
  const facts = { kind: 'profile-role-refused', profile } as const;
  return needsUser({ code: 'ProfileRoleRefused', facts, details: rawText(cause) }, cause);
}

/**
 * A command that fails while the destination cannot be reached either most likely needs the network: then nothing is wrong
 * that the user could mend.
 */
export function processFailedOffline(profile: string, failure: ObjectStoreError): ObjectStoreError {
  const facts = { kind: 'profile-command-offline', profile } as const;
  const { details } = failure.problem;
  const problem = { code: 'CredentialProcessOffline', facts, details };
  return new ObjectStoreError({ verdict: 'unreachable', problem }, { cause: failure });
}

/** Whether a command, rather than AWS, kept a profile from giving its keys. */
export function isOfProcess(error: unknown): error is ObjectStoreError {
  const codes = ['CredentialProcessFailed', 'ProfileTooSlow'];
  return error instanceof ObjectStoreError && codes.includes(error.problem.code);
}

/** Node begins so where a command ended with an error; the command itself and what it printed follow. */
const COMMAND_FAILED = /\bCommand failed\b/;

/** Neither the command nor what it printed is told or kept: either may hold a password. */
export function processFailed(profile: string, cause: unknown): ObjectStoreError {
  const text = rawText(cause);
  const details = COMMAND_FAILED.test(text)
    ? 'credential_process ended with an error; what it printed may hold secrets and is not kept'
    : text;
  const facts = { kind: 'profile-command-failed', profile } as const;
  return needsUser({ code: 'CredentialProcessFailed', facts, details });
}

export function profileTooSlow(profile: string, patienceMs: number): ObjectStoreError {
  const facts = { kind: 'profile-too-slow', profile } as const;
  return needsUser({ code: 'ProfileTooSlow', facts, details: `waited ${Math.round(patienceMs / 1000)} s` });
}

export function profileUnusable(profile: string, cause: unknown): ObjectStoreError {
  const facts = { kind: 'profile-unusable', profile } as const;
  return needsUser({ code: 'ProfileUnusable', facts, details: rawText(cause) }, cause);
}

const LONGEST_DETAILS = 1000;

function rawText(cause: unknown): string {
  const text = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
  return text.length > LONGEST_DETAILS ? `${text.slice(0, LONGEST_DETAILS)}…` : text;
}
