import type { UploadState, UploadStatus } from '../../src/shared/upload';
import type { Dice } from './dice';
import type { Rule } from './proxy/rules';
import type { Run } from './Run';

export const MIB = 1024 * 1024;
export const PART_BYTES = 5 * MIB;
/** What the engine sends at once; its own rule for parts of 5 MiB. */
export const LANES = 4;

export type Scenario = {
  name: string;
  /** Also in the short set of `npm test`. */
  short?: boolean;
  /** Of the bundle; default four parts and a bit. */
  sizeBytes?: number;
  bytesPerSecond?: number;
  /** Over https: bodies are then unsigned, and only their checksums tell of damage. */
  https?: boolean;
  /** Where a fault is about time: the engine's real 30 s; elsewhere 3 s. */
  realTimeouts?: boolean;
  /** Rules of the proxy. */
  faults?: (dice: Dice, run: Run) => Rule[];
  /** Everything from the click on Upload to the end; default: enqueue, wait until done. */
  steps?: (run: Run, dice: Dice) => Promise<void>;
  /** How the upload ends; default `done`. */
  ends?: UploadStatus;
  /** Uploads that had to begin anew, because the bundle, the record or the server's upload was lost: each may cost the
   * whole bundle once more. */
  anew?: number;
  /** Multipart uploads that no record names any more. Another program’s look the same, so they stay. Default: none. */
  leftOver?: number;
  /** What may have been sent of a bundle that then changed, beside the parts that were under way. */
  inVainBytes?: number;
  /** Faults beyond those the proxy counts. */
  otherFaults?: number;
  /** The most attempts that may have been charged; default: any. */
  charged?: number;
  /** What else must hold at the end. */
  holds?: (run: Run, state: UploadState) => void | Promise<void>;
  /** Why it cannot run here, if it cannot; that is printed. */
  leftOut?: () => Promise<string | undefined>;
};
