import { useCallback, useEffect, useEffectEvent, useRef, useState } from 'react';
import type { AppError, Reply } from '../shared/appError';
import type { Bridge } from '../shared/bridge';
import type { PermissionName, PermissionView } from '../shared/permissions';
import { callBridge } from './callBridge';
import { useWindowFocus } from './useWindowFocus';

export type PermissionsState = {
  /** Absent until main has answered once. */
  permissions?: PermissionView[];
  /** Why the last command failed. */
  error?: AppError;
  ask: (name: PermissionName) => void;
  openSettings: (name: PermissionName) => void;
  restart: () => void;
};

/**
 * The system's permissions, read again whenever the window is focused, because the user may return from the system
 * settings. `onChange` is called when something changed since the last read.
 */
export function usePermissions(onChange: () => void): PermissionsState {
  const [permissions, setPermissions] = useState<PermissionView[]>();
  const [error, setError] = useState<AppError>();
  const seen = useRef<PermissionView[]>(undefined);
  const changed = useEffectEvent(onChange);
  useEffect(() => {
    if (seen.current !== undefined) changed();
    seen.current = permissions;
  }, [permissions]);

  const take = useCallback((reply: Reply<PermissionView[]>) => {
    if (reply.ok) setPermissions((now) => (isSame(now, reply.value) ? now : reply.value));
    else setError(reply.error);
  }, []);
  const read = useCallback(() => void callBridge((call) => call.getPermissions()).then(take), [take]);
  useEffect(read, [read]);
  useWindowFocus(read);

  const tell = (reply: Reply<void>) => void (reply.ok || setError(reply.error));
  const run = <T>(send: (call: Bridge['call']) => Promise<Reply<T>>, then: (reply: Reply<T>) => void) => {
    setError(undefined);
    void callBridge(send).then(then);
  };
  return {
    permissions,
    error,
    ask: (name) => run((call) => call.askPermission(name), take),
    openSettings: (name) => run((call) => call.openPermissionSettings(name), tell),
    restart: () => run((call) => call.restartApp(), tell),
  };
}

function isSame(one: PermissionView[] | undefined, other: PermissionView[]): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
