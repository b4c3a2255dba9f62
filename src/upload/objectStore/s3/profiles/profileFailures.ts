import type { Problem } from '../../../../shared/problem';
import { ObjectStoreError } from '../../objectStore';

function needsUser(problem: Problem, cause?: unknown): ObjectStoreError {
  return new ObjectStoreError({ verdict: 'needs-user', problem }, { cause });
}

/** @param files the files that were searched */
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

/** The user did not choose the keys of the environment or of a virtual machine for recordings. */
export function profileUsesSurroundings(profile: string, source: string): ObjectStoreError {
  const facts = { kind: 'profile-uses-surroundings', profile } as const;
  return needsUser({ code: 'ProfileUsesCredentialSource', facts, details: `credential_source = ${source}` });
}

export function profileWantsMfa(profile: string): ObjectStoreError {
  return needsUser({ code: 'ProfileWantsMfa', facts: { kind: 'profile-wants-mfa', profile } });
}

/** @param command the command that renews the sign-in: `sso` or `login` */
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
 * A command that fails while the destination is unreachable too most likely needs the network, so there is nothing for
 * the user to fix.
 */
export function processFailedOffline(profile: string, failure: ObjectStoreError): ObjectStoreError {
  const facts = { kind: 'profile-command-offline', profile } as const;
  const { details } = failure.problem;
  const problem = { code: 'CredentialProcessOffline', facts, details };
  return new ObjectStoreError({ verdict: 'unreachable', problem }, { cause: failure });
}

/** Whether the failure comes from the profile's command rather than from AWS. */
export function isOfProcess(error: unknown): error is ObjectStoreError {
  const codes = ['CredentialProcessFailed', 'ProfileTooSlow'];
  return error instanceof ObjectStoreError && codes.includes(error.problem.code);
}

/** Node's message for a failed command begins like this; the command and its output follow. */
const COMMAND_FAILED = /\bCommand failed\b/;

/** Omits the command and its output, because either may contain a password. */
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
