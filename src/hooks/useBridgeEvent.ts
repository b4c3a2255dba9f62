import { useEffect, useEffectEvent } from 'react';
import type { EventName, Events } from '../shared/contract';

/** Calls `listener` with each payload of the event `name` while the component is mounted. */
export function useBridgeEvent<N extends EventName>(name: N, listener: (payload: Events[N]) => void): void {
  const onEvent = useEffectEvent(listener);
  useEffect(() => window.sessionRecorder.on(name, (payload) => onEvent(payload)), [name]);
}
