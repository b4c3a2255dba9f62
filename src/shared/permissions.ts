import * as z from 'zod/mini';

/** What some systems let an app do only after its user said so: to see the screen, mouse and keyboard, to hear. */
export const permissionNameSchema = z.enum(['screen', 'input', 'microphone']);
export type PermissionName = z.infer<typeof permissionNameSchema>;

/** One permission as the recording view shows it. */
export type PermissionView = {
  name: PermissionName;
  /** `restricted`: forbidden by whoever manages this computer; no answer of its user can change that. */
  state: 'granted' | 'denied' | 'not-asked' | 'restricted' | 'unknown';
  /**
   * `needed`: it was given while the app ran, and holds after a restart. `perhaps`: if it was given meanwhile, the
   * system says so only after a restart. Absent: a restart changes nothing.
   */
  restart?: 'needed' | 'perhaps';
};
