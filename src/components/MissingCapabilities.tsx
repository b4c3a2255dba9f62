import type { Capability } from '../shared/session';
import { capabilityName } from './recordingText';
import { Callout } from './ui/Callout';

const AT_THEIR_SWITCH = new Set<Capability['name']>(['microphone', 'active-window']);

/** What this machine cannot record, said before it matters. The reasons for microphone and active window stand at their switches. */
export function MissingCapabilities({ capabilities }: { capabilities: readonly Capability[] }) {
  const missing = capabilities.filter(({ name, available }) => !available && !AT_THEIR_SWITCH.has(name));
  if (missing.length === 0) return null;
  return (
    <Callout tone="warning">
      <p className="font-medium">Will not be recorded here</p>
      <dl className="mt-1 space-y-1.5 text-xs">
        {missing.map((capability) => (
          <div key={capability.name}>
            <dt className="font-medium">{capabilityName(capability)}</dt>
            <dd className="text-soft">{capability.why}</dd>
          </div>
        ))}
      </dl>
    </Callout>
  );
}
