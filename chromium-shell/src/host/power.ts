import type Electron from 'electron';
import { EventEmitter } from 'node:events';
import { guardClass, guardObject } from '../notImplemented.ts';

type Implemented = Pick<
  Electron.PowerMonitor,
  'getSystemIdleTime' | 'getSystemIdleState' | 'isOnBatteryPower'
>;

/** Emits no events by itself; tests do. */
class ShellPowerMonitor extends EventEmitter implements Implemented {
  getSystemIdleTime(): number {
    return 0;
  }

  getSystemIdleState(_idleThreshold: number): 'active' {
    return 'active';
  }

  isOnBatteryPower(): boolean {
    return false;
  }
}

guardClass(ShellPowerMonitor, 'powerMonitor');
export const powerMonitor = new ShellPowerMonitor();

const blockers = new Set<number>();
let lastBlocker = 0;

const blockerMembers: Pick<Electron.PowerSaveBlocker, 'start' | 'stop' | 'isStarted'> = {
  start(_type) {
    blockers.add(++lastBlocker);
    return lastBlocker;
  },
  stop: (id) => blockers.delete(id),
  isStarted: (id) => blockers.has(id),
};

/** Counts blockers; does not keep the machine awake. */
export const powerSaveBlocker = guardObject(blockerMembers, 'powerSaveBlocker');
