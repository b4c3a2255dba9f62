import type { SessionListItem } from '../../src/shared/session';
import { folderKey } from '../../src/shared/ids';
import { calmApp, idOf, sessionAt } from './samples';
import type { UiState } from './states';

const original = idOf(3);
const nothing = { endedAt: undefined, durationMs: undefined, fileSizeBytes: undefined, zipPath: undefined };

/** A folder that somebody copied or renamed; with a name that is no session's id, `n` only gives it a time. */
export function folderToAdopt(
  n: number,
  name: string,
  problem: 'copied' | 'renamed' | 'unnamed',
): SessionListItem {
  const texts = {
    copied: {
      code: 'CopiedSession',
      message: `The folder “${name}” is a copy of session ${original}.`,
      action: 'Keep it as a separate session to export and upload it. The original stays as it is.',
    },
    renamed: {
      code: 'RenamedSession',
      message: `The folder “${name}” is session ${original} under another name.`,
      action: 'Restore its name to play, export and upload it.',
    },
    unnamed: {
      code: 'UnnamedSession',
      message: `The folder “${name}” holds a recording, but its name is not a session name.`,
      action: 'Keep it as a session to play, export and upload it.',
    },
  };
  const stray = name === idOf(n) ? {} : { sessionId: folderKey(name), folderName: name };
  const row = {
    ...nothing,
    ...stray,
    condition: 'to-adopt',
    isExported: false,
    problem: texts[problem],
  } as const;
  return sessionAt(n, row);
}

const linked = sessionAt(4, {
  ...nothing,
  condition: 'damaged',
  isExported: false,
  problem: {
    code: 'NotAFile',
    message: '“frames.jsonl” should be a file, but is a link to another place.',
    action:
      'Nothing was read or changed there. Remove the link, or put what it leads to in its place; of a link only the link is deleted.',
    details: `/home/someone/sessions/${idOf(4)}/frames.jsonl`,
  },
});

/** A link in the place of a session's folder. */
export const linkedFolder = sessionAt(1, {
  ...nothing,
  condition: 'not-a-folder',
  isExported: false,
  problem: {
    code: 'SessionIsLink',
    message: 'This folder is a link to another place. Session Recorder does not follow links.',
    action: 'To use the session, replace the link with the folder itself. Delete removes only the link.',
    details: `/home/someone/sessions/${idOf(1)}`,
  },
});

export const folderStates: Record<string, UiState> = {
  'sessions-copied-and-renamed': {
    sessions: true,
    replies: calmApp([
      folderToAdopt(0, idOf(0), 'copied'),
      folderToAdopt(1, 'My demo, part 1 (copy)', 'copied'),
      folderToAdopt(2, 'Demo for Ann', 'renamed'),
      folderToAdopt(5, 'x'.repeat(80) + '…', 'unnamed'),
      sessionAt(3),
    ]),
  },
  'sessions-linked-file': { sessions: true, replies: calmApp([linked, linkedFolder, sessionAt(3)]) },
};
