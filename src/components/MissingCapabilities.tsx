import type { PermissionName, PermissionView } from '../shared/permissions';
import type { Capability } from '../shared/session';
import { capabilityName } from './recordingText';
import { Callout } from './ui/Callout';

const AT_THEIR_SWITCH = new Set<Capability['name']>(['microphone', 'active-window']);
const given: Readonly<Record<PermissionName, readonly Capability['name'][]>> = {
  screen: ['video', 'screenshots'],
  input: ['pointer', 'keyboard'],
  microphone: ['microphone'],
};

/** The missing capabilities that no permission explains already. */
export function notToldBy(
  permissions: readonly PermissionView[] | undefined,
  capabilities: readonly Capability[],
): readonly Capability[] {
  const told = permissions?.filter(({ state }) => state !== 'granted').flatMap(({ name }) => given[name]);
  return capabilities.filter(({ name }) => !told?.includes(name));
}

/**
 * What this machine cannot record, shown before a start. The switches for microphone and active window show their own
 * reasons.
 */
export function MissingCapabilities({ capabilities }: { capabilities: readonly Capability[] }) {
  const missing = capabilities.filter(({ name, available }) => !available && !AT_THEIR_SWITCH.has(name));
  if (missing.length === 0) return null;
  const reasons = Map.groupBy(missing, ({ why }) => why);
  return (
    <Callout tone="warning">
      <p className="font-medium">Will not be recorded here</p>
      <dl className="mt-1 space-y-1.5 text-xs">
        {[...reasons].map(([why, alike]) => (
          <div key={why}>
            <dt className="font-medium">{alike.map(capabilityName).join(', ')}</dt>
            <dd className="text-soft">{why}</dd>
          </div>
        ))}
      </dl>
    </Callout>
  );
}
