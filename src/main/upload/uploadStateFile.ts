import * as z from 'zod/mini';
import { uploadStateSchema, type UploadState } from '../../shared/upload';
import { Remembered } from '../../lib/remembered';
import { readJsonFile, writeSessionJson, type JsonFileContext } from '../../lib/jsonFile';
import type { Sessions } from '../sessionsPort';
import { asClaim, namesOwnKeysOnly } from './claimedState';
import { stateOfAnother, stateUnreadable } from './stateFailures';
import type { OpenedSeal, StateSeal } from './stateSeal';

/** Tells states that this installation wrote from those of others. */
export type Sealing = {
  open: () => Promise<OpenedSeal>;
  /** Whether an earlier version, which sealed nothing, may have uploaded from this installation. */
  hasEarlier: () => Promise<boolean>;
  /** Called each time a state of another installation is read. */
  onClaim: (sessionId: string) => void;
};

/** Version 1 identified a file by its inode as a number, without ctime and birthtime. */
const migrations = [
  {
    from: 1,
    migrate: ({ file, ...rest }: Record<string, unknown>) => {
      if (typeof file !== 'object' || file === null) return { ...rest, file };
      const { ino: _ino, ...kept } = file as Record<string, unknown>;
      return { ...rest, file: kept };
    },
  },
];

const spec = { what: 'upload state', version: 2, schema: uploadStateSchema, inSession: true, migrations };

type SealedStatesParts = {
  sessions: Pick<Sessions, 'ids' | 'uploadStateFile'>;
  onUnreadable: (sessionId: string, error: unknown) => void;
  /** Without it every state counts as written by this installation. */
  sealing?: Sealing;
} & JsonFileContext;

/** Reads and writes the upload states, each with the seal of the installation that wrote it. */
export class SealedStates {
  /** Opened on first use. */
  private readonly seal: Remembered<StateSeal | null>;

  constructor(private readonly parts: SealedStatesParts) {
    const { sealing } = parts;
    this.seal = new Remembered(async () => (sealing ? this.sealEarlier(sealing) : null));
  }

  /** @throws AppFailure when the seal cannot be read; the next call tries again */
  open(): Promise<StateSeal | null> {
    return this.seal.get();
  }

  /** A state that another installation wrote is returned as a claim. */
  async read(sessionId: string): Promise<UploadState | null> {
    const { state, isOwn } = await this.readWith(await this.open(), sessionId);
    if (state === null || isOwn) return state;
    this.parts.sealing?.onClaim(sessionId);
    return asClaim(state);
  }

  async write(state: UploadState): Promise<void> {
    await this.writeWith(await this.open(), state);
  }

  /** A version before the first seal made none: its states are sealed now, and only now. */
  private async sealEarlier({ open, hasEarlier }: Sealing): Promise<StateSeal> {
    const { sessions, onUnreadable } = this.parts;
    const { seal, isNew, keep } = await open();
    for (const sessionId of isNew && (await hasEarlier()) ? await sessions.ids() : []) {
      try {
        const { state } = await this.readWith(null, sessionId);
        if (state && namesOwnKeysOnly(state)) await this.writeWith(seal, state);
      } catch (error) {
        onUnreadable(sessionId, error);
      }
    }
    await keep();
    return seal;
  }

  private async readWith(seal: StateSeal | null, sessionId: string) {
    let isOwn = seal === null;
    const unwrap = (content: unknown) => {
      if (typeof content !== 'object' || content === null) return content;
      const { seal: given, ...state } = content as { seal?: unknown };
      isOwn ||= seal!.fits(state, given);
      return state;
    };
    const file = this.parts.sessions.uploadStateFile(sessionId);
    const state = await readJsonFile(file, { ...spec, unwrap }, this.parts).catch((error: unknown) => {
      throw stateUnreadable(file, error);
    });
    if (state && state.sessionId !== sessionId) throw stateOfAnother(file, state.sessionId);
    return { state, isOwn };
  }

  private async writeWith(seal: StateSeal | null, state: UploadState): Promise<void> {
    // A state that the next start would set aside as damaged must not replace a valid one.
    z.parse(uploadStateSchema, state);
    const content = seal === null ? state : { ...state, seal: seal.sign(state) };
    await writeSessionJson(this.parts.sessions.uploadStateFile(state.sessionId), content);
  }
}
