import type { Clock } from '../../shared/runtime';

const LOOK_MS = 500;

export type StarterPorts = {
  clock: Pick<Clock, 'setTimeout'>;
  /** The number of this process's parent, as it is now. */
  parentId: () => number;
  isAlive: (processId: number) => boolean;
};

/**
 * Tells once when the process that started the app has gone, even by kill -9. One that ended and that nobody has collected
 * yet still counts as alive, but is nobody's parent any more.
 */
export function onStarterGone(starterId: number, gone: () => void, ports: StarterPorts): void {
  const { clock, parentId, isAlive } = ports;
  const parentAtStart = parentId();
  const look = () => {
    if (parentId() === parentAtStart && isAlive(starterId)) clock.setTimeout(look, LOOK_MS);
    else gone();
  };
  look();
}
