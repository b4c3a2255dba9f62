import * as z from 'zod/mini';

/** Permissions that some systems require from the user: screen, mouse and keyboard, microphone. */
export const permissionNameSchema = z.enum(['screen', 'input', 'microphone']);
export type PermissionName = z.infer<typeof permissionNameSchema>;

/** One permission as the recording view shows it. */
export type PermissionView = {
  name: PermissionName;
  /** `restricted`: forbidden by the administrator of this computer; the user cannot change it. */
  state: 'granted' | 'denied' | 'not-asked' | 'restricted' | 'unknown';
  /**
   * `needed`: granted while the app ran, effective after a restart. `perhaps`: if it was granted meanwhile, the system
   * reports it only after a restart. Absent: a restart changes nothing.
   */
  restart?: 'needed' | 'perhaps';
};
