/** The system whose Electron the shell simulates, and the conditions that tests add to it; see the README. */
const systems = ['linux-x11', 'linux-wayland', 'darwin', 'win32'] as const;
const conditions = [
  'keyring',
  'no-keyring-v10',
  'granted',
  'slow-sources',
  'portal-refused',
  'no-wm',
] as const;

export type ShellSystem = (typeof systems)[number];
export type Condition = (typeof conditions)[number];
export type ElectronPlatform = 'linux' | 'darwin' | 'win32';

function systemFrom(value: string | undefined): ShellSystem {
  const named = value || 'linux-x11';
  const found = systems.find((system) => system === named);
  if (!found) throw new Error(`SHELL_AS is "${named}"; it must be one of ${systems.join(', ')}.`);
  return found;
}

function conditionsFrom(value: string | undefined): ReadonlySet<Condition> {
  const named = (value ?? '').split(',').filter(Boolean);
  const unknown = named.filter((name) => !conditions.some((condition) => condition === name));
  if (unknown.length > 0) {
    throw new Error(`SHELL_WITH names "${unknown.join(', ')}"; it can list ${conditions.join(', ')}.`);
  }
  return new Set(named as Condition[]);
}

/** Read from SHELL_AS. @throws when it names no system. */
export const system: ShellSystem = systemFrom(process.env.SHELL_AS);
export const isWayland = system === 'linux-wayland';
export const platform: ElectronPlatform =
  system === 'darwin' || system === 'win32' ? (system as ElectronPlatform) : 'linux';

const active = conditionsFrom(process.env.SHELL_WITH);

/** Whether SHELL_WITH lists this condition. */
export function isWith(condition: Condition): boolean {
  return active.has(condition);
}

/** Makes the app's own code see the requested system. Node and native addons still see Linux. */
export function presentSystem(): void {
  if (!process.env.SHELL_AS) return; // the user's own desktop
  if (platform !== 'linux') {
    Object.defineProperty(process, 'platform', { value: platform, enumerable: true, configurable: true });
    for (const name of ['XDG_SESSION_TYPE', 'WAYLAND_DISPLAY']) delete process.env[name];
  } else if (isWayland) {
    Object.assign(process.env, { XDG_SESSION_TYPE: 'wayland', WAYLAND_DISPLAY: 'wayland-0' });
  } else {
    process.env.XDG_SESSION_TYPE = 'x11';
    delete process.env.WAYLAND_DISPLAY;
  }
}
