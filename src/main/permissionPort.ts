import type { PermissionName } from '../shared/permissions';

/**
 * What the system says of a permission. `not-granted`: it does not tell whether it was refused or never asked for;
 * on macOS that is so for screen recording and for input.
 */
export type PermissionAccess =
  'granted' | 'denied' | 'not-granted' | 'not-determined' | 'restricted' | 'unknown';

/** The permissions that this system guards. */
export type SystemPermissions = {
  /** Empty where it guards none in a way that an app can show. */
  readonly names: readonly PermissionName[];
  /** Asks nobody anything. */
  access(name: PermissionName): PermissionAccess;
  /** Puts up the system's own question. Resolves when it stands or was answered. */
  request(name: PermissionName): Promise<void>;
  /** Opens the page of the system's settings where it is given and taken back. */
  openSettings(name: PermissionName): Promise<void>;
};
