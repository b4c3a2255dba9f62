import type { PermissionAccess, SystemPermissions } from '../../src/main/permissionPort';
import type { PermissionName } from '../../src/shared/permissions';

/** A system that guards what the script says; it guards nothing until it is told to. */
export class FakePermissions implements SystemPermissions {
  names: readonly PermissionName[] = [];
  readonly calls: string[] = [];
  /** What a question leads to. */
  answer: PermissionAccess = 'not-granted';
  failure: Error | undefined;
  readonly #access = new Map<PermissionName, PermissionAccess>();

  /** macOS as it is when the app was never started before. */
  static mac(): FakePermissions {
    const system = new FakePermissions();
    system.names = ['screen', 'input', 'microphone'];
    return system.set({ screen: 'not-granted', input: 'not-granted', microphone: 'not-determined' });
  }

  /** As the user changes it in the system's settings. */
  set(access: Partial<Record<PermissionName, PermissionAccess>>): this {
    for (const [name, value] of Object.entries(access)) this.#access.set(name as PermissionName, value);
    return this;
  }

  access(name: PermissionName): PermissionAccess {
    return this.#access.get(name) ?? 'unknown';
  }

  async request(name: PermissionName): Promise<void> {
    this.calls.push(`request ${name}`);
    if (this.failure) throw this.failure;
    this.#access.set(name, this.answer);
  }

  async openSettings(name: PermissionName): Promise<void> {
    this.calls.push(`openSettings ${name}`);
    if (this.failure) throw this.failure;
  }
}
