import * as z from 'zod/mini';
import { AppFailure, type AppError } from '../shared/appError';
import { list } from '../shared/bounds';
import { permissionNameSchema, type PermissionName, type PermissionView } from '../shared/permissions';
import { readJsonFile, writeJsonFile } from '../lib/jsonFile';
import { Remembered } from '../lib/remembered';
import type { Binder } from './bindCommand';
import type { Clock, Logger } from '../shared/runtime';
import type { PermissionAccess, SystemPermissions } from './permissionPort';

/** `permissions.json`: the permissions that the app has already asked for on this computer. */
export const permissionsFileSchema = z.object({
  version: z.literal(1),
  asked: list(permissionNameSchema, 10),
});
const spec = { what: 'permissions that were asked for', version: 1, schema: permissionsFileSchema };

export type Permissions = {
  /** The state of each permission that this system guards; empty if it guards none. */
  list(): Promise<PermissionView[]>;
  /** Shows the system's prompt once. After a refusal the user has to change the system settings. */
  ask(name: PermissionName): Promise<PermissionView[]>;
  openSettings(name: PermissionName): Promise<void>;
};

export type PermissionsInput = {
  system: SystemPermissions;
  /** The path of `permissions.json`. */
  file: string;
  clock: Pick<Clock, 'now'>;
  log: Logger;
};

export function createPermissions(input: PermissionsInput): Permissions {
  const { system, file, clock, log } = input;
  /** The state at the start of the app: some permissions granted later take effect only after a restart. */
  const atStart = new Map(system.names.map((name) => [name, system.access(name)]));
  /** Permissions that the user was prompted for, or sent to the settings for, since the start. */
  const ledTo = new Set<PermissionName>();
  const known = new Remembered(() => readAsked(file, clock, log));
  const askedFor = () =>
    known.get().catch((error: unknown): Asked => {
      // The system prompts only once. At worst the app skips the prompt and offers the settings.
      log.warn('it is not known which permissions were asked for', { error: String(error) });
      return { asked: new Set(), mayBeKept: false };
    });

  async function list(): Promise<PermissionView[]> {
    const { asked } = await askedFor();
    return system.names.map((name) => {
      const state = permissionState(system.access(name), asked.has(name));
      const restart = restartFor(name, state, { atStart: atStart.get(name)!, ledTo: ledTo.has(name) });
      return { name, state, ...(restart && { restart }) };
    });
  }

  return {
    list,
    async ask(name) {
      mustBeGuarded(system, name);
      const { asked, mayBeKept } = await askedFor();
      if (permissionState(system.access(name), asked.has(name)) === 'not-asked' && !ledTo.has(name)) {
        asked.add(name);
        ledTo.add(name);
        // Saved before the prompt: if the prompt ends the app, the next run must not ask again.
        if (mayBeKept) await writeJsonFile(file, { version: 1, asked: [...asked] });
        log.info('permission asked for', { permission: name });
        await system.request(name).catch((error: unknown) => {
          throw new AppFailure({ ...notAsked, details: String(error) });
        });
      }
      return list();
    },
    async openSettings(name) {
      mustBeGuarded(system, name);
      ledTo.add(name);
      await system.openSettings(name).catch((error: unknown) => {
        throw new AppFailure({ ...settingsNotOpened, details: String(error) });
      });
    },
  };
}

/** Binds the permission commands of the contract. */
export function bindPermissionCommands(bind: Binder, permissions: Permissions, restart: () => void): void {
  bind('getPermissions', () => permissions.list());
  bind('askPermission', (name) => permissions.ask(name));
  bind('openPermissionSettings', (name) => permissions.openSettings(name));
  bind('restartApp', () => restart());
}

/** The state to show, derived from the system's answer and from whether the app has asked before. */
export function permissionState(access: PermissionAccess, wasAsked: boolean): PermissionView['state'] {
  switch (access) {
    case 'not-granted':
      return wasAsked ? 'denied' : 'not-asked';
    case 'not-determined':
      return 'not-asked';
    default:
      return access;
  }
}

type SinceStart = { atStart: PermissionAccess; ledTo: boolean };

/**
 * Whether a restart is needed. Input: never; each recording starts the hook. Screen: yes; macOS lets a running app use
 * a new permission only after a restart. Microphone: only if it was refused when the app started (Electron's
 * documentation of `askForMediaAccess`).
 */
function restartFor(
  name: PermissionName,
  state: PermissionView['state'],
  { atStart, ledTo }: SinceStart,
): PermissionView['restart'] {
  if (name === 'input') return undefined;
  const holdsAtOnce = name === 'microphone' && atStart === 'not-determined';
  if (state === 'granted') return atStart === 'granted' || holdsAtOnce ? undefined : 'needed';
  return state === 'denied' && ledTo && !holdsAtOnce ? 'perhaps' : undefined;
}

/** `mayBeKept` is false if the file cannot be read or a newer version of the app wrote it. */
type Asked = { asked: Set<PermissionName>; mayBeKept: boolean };

async function readAsked(file: string, clock: Pick<Clock, 'now'>, log: Logger): Promise<Asked> {
  const onQuarantine = (damaged: object) => log.warn('permissions file quarantined', { ...damaged });
  const content = await readJsonFile(file, spec, { clock, onQuarantine });
  return { asked: new Set(content?.asked), mayBeKept: true };
}

function mustBeGuarded(system: SystemPermissions, name: PermissionName): void {
  if (!system.names.includes(name)) throw new AppFailure({ ...notGuarded, details: name });
}

const notGuarded: AppError = {
  code: 'NotGuarded',
  message: 'This system has no such permission.',
  action: 'There is nothing to do.',
};

const notAsked: AppError = {
  code: 'PermissionNotAsked',
  message: 'The system did not put up its question.',
  action: 'Open the system settings and allow it there.',
};

const settingsNotOpened: AppError = {
  code: 'SettingsNotOpened',
  message: 'The system settings could not be opened.',
  action: 'Open them yourself, under Privacy & Security.',
};
