import type { Clock } from '../../shared/runtime';

const LOOK_MS = 500;

export type StarterPorts = {
  clock: Pick<Clock, 'setTimeout'>;
  /** The current pid of this process's parent. */
  parentId: () => number;
  isAlive: (processId: number) => boolean;
};

/**
 * Calls `gone` once when the process that started the app has exited, even by kill -9. A zombie still has a live pid,
 * but is no longer the parent.
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
