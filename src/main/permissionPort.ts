import type { PermissionName } from '../shared/permissions';

/**
 * The system's answer about a permission. `not-granted`: refused or never asked for. On macOS, screen recording and
 * input do not tell the two apart.
 */
export type PermissionAccess =
  'granted' | 'denied' | 'not-granted' | 'not-determined' | 'restricted' | 'unknown';

/** The permissions that this system guards. */
export type SystemPermissions = {
  /** Empty if the system guards no permission that an app can show. */
  readonly names: readonly PermissionName[];
  /** Never prompts the user. */
  access(name: PermissionName): PermissionAccess;
  /** Shows the system's prompt. Resolves when the prompt is shown or answered. */
  request(name: PermissionName): Promise<void>;
  /** Opens the page of the system settings where the user grants and revokes the permission. */
  openSettings(name: PermissionName): Promise<void>;
};
