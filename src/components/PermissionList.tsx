import type { AppError } from '../shared/appError';
import type { PermissionName, PermissionView } from '../shared/permissions';
import { ErrorText } from './ErrorText';
import { isOpenQuestion, permissionBadge, permissionHint, permissionText } from './permissionText';
import { StatusBadge } from './ui/Badge';
import { Button } from './ui/Button';
import { Callout } from './ui/Callout';

export type PermissionListProps = {
  /** Empty if the system guards nothing; absent until loaded. */
  permissions?: readonly PermissionView[];
  /** Why the last command failed. */
  error?: AppError;
  onAsk: (name: PermissionName) => void;
  onOpenSettings: (name: PermissionName) => void;
  onRestart: () => void;
};

/** The system's permissions: each is explained before the system prompts, with its state and the way to change it. */
export function PermissionList({ permissions = [], error, ...on }: PermissionListProps) {
  if (permissions.length === 0 && !error) return null;
  if (!permissions.some(isOpenQuestion) && !error) return <AllGiven permissions={permissions} />;
  return (
    <section aria-label="Permissions" className="rounded-xl border border-line bg-surface p-4 shadow-card">
      <h2 className="text-lg font-semibold">Permissions</h2>
      <p className="text-sm text-soft">
        The system asks once for each. You can change your mind in its settings.
      </p>
      <ul className="mt-2 divide-y divide-line">
        {permissions.map((permission) => (
          <PermissionRow key={permission.name} permission={permission} {...on} />
        ))}
      </ul>
      {error && (
        <Callout tone="error" role="alert" className="mt-2">
          <ErrorText error={error} />
        </Callout>
      )}
    </section>
  );
}

function AllGiven({ permissions }: { permissions: readonly PermissionView[] }) {
  const given = permissions.filter(({ state }) => state === 'granted');
  return (
    <p role="status" className="text-xs text-soft">
      Allowed by the system: {given.map(({ name }) => permissionText[name].name).join(', ')}.
    </p>
  );
}

type PermissionRowProps = Pick<PermissionListProps, 'onAsk' | 'onOpenSettings' | 'onRestart'> & {
  permission: PermissionView;
};

function PermissionRow({ permission, ...on }: PermissionRowProps) {
  const { name, why, without } = permissionText[permission.name];
  const hint = permissionHint(permission);
  return (
    <li className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2 py-3 last:pb-0">
      <div className="min-w-0 basis-64 grow text-sm">
        <div className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
          <h3 className="font-medium">{name}</h3>
          <StatusBadge {...permissionBadge(permission)} />
        </div>
        <p className="text-soft">
          {why} {permission.state !== 'granted' && without}
        </p>
        {hint && <p className="mt-1">{hint}</p>}
      </div>
      <PermissionActions permission={permission} {...on} />
    </li>
  );
}

function PermissionActions({ permission, onAsk, onOpenSettings, onRestart }: PermissionRowProps) {
  const { name, state, restart } = permission;
  const called = permissionText[name].name.toLowerCase();
  return (
    <div className="flex flex-wrap gap-2">
      {state === 'not-asked' && (
        <Button size="small" variant="primary" aria-label={`Allow ${called}`} onClick={() => onAsk(name)}>
          Allow
        </Button>
      )}
      {(state === 'denied' || state === 'unknown') && (
        <Button
          size="small"
          aria-label={`Open System Settings: ${called}`}
          onClick={() => onOpenSettings(name)}
        >
          Open System Settings
        </Button>
      )}
      {restart && (
        <Button size="small" variant={restart === 'needed' ? 'primary' : 'quiet'} onClick={onRestart}>
          Restart the app
        </Button>
      )}
    </div>
  );
}
