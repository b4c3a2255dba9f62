import type { AppError, Reply } from '../shared/appError';
import type { Bridge } from '../shared/bridge';
import type { DownloadLink, LinkExpirySeconds } from '../shared/upload';
import { callBridge } from './callBridge';

/** What a row's buttons do. */
export type SessionCommands = {
  upload: (sessionId: string) => void;
  retry: (sessionId: string) => void;
  cancel: (sessionId: string) => void;
  pause: (sessionId: string) => void;
  resume: (sessionId: string) => void;
  /** Puts a link to the uploaded bundle on the clipboard. */
  copyLink: (sessionId: string, expiresInSeconds: LinkExpirySeconds) => void;
  copyPath: (sessionId: string, location: string) => void;
  exportBundle: (sessionId: string) => void;
  remove: (sessionId: string) => void;
  showInFolder: (sessionId: string) => void;
};

/** How the last command on a row ended, where that is to be told. */
export type RowNote =
  { kind: 'refused'; error: AppError } | ({ kind: 'link' } & Omit<DownloadLink, 'url'>) | { kind: 'path' };
export type RowNotes = Readonly<Record<string, RowNote>>;

/**
 * `setNotes` changes the notes by the sessions' ids. `onRefused` is told of every refusal: the row that offered the
 * command may be out of date, as when somebody else deleted the bundle.
 */
export function bindRowCommands(
  setNotes: (change: (now: RowNotes) => RowNotes) => void,
  onRefused: () => void,
): SessionCommands {
  const run = async (sessionId: string, work: Promise<Reply<RowNote | void>>) => {
    const reply = await work;
    setNotes((now) => noteReply(now, sessionId, reply));
    if (!reply.ok) onRefused();
  };
  const bind = (send: (call: Bridge['call'], sessionId: string) => Promise<Reply<void>>) => (id: string) =>
    void run(
      id,
      callBridge((call) => send(call, id)),
    );
  return {
    upload: bind((call, id) => call.uploadSession(id)),
    retry: bind((call, id) => call.retryUpload(id)),
    cancel: bind((call, id) => call.cancelUpload(id)),
    pause: bind((call, id) => call.pauseUpload(id)),
    resume: bind((call, id) => call.resumeUpload(id)),
    copyLink: (id, expiresInSeconds) => void run(id, copyLink(id, expiresInSeconds)),
    copyPath: (id, location) => void run(id, copy(location, { kind: 'path' })),
    exportBundle: bind((call, id) => call.exportSession(id)),
    remove: bind((call, id) => call.deleteSession(id)),
    showInFolder: bind((call, id) => call.showSessionInFolder(id)),
  };
}

/** A refusal stays until the row's next command, what was copied until something else is to be told. */
function noteReply(now: RowNotes, sessionId: string, reply: Reply<RowNote | void>): RowNotes {
  const { [sessionId]: before, ...others } = now;
  const note = reply.ok ? (reply.value ?? before) : ({ kind: 'refused', error: reply.error } as const);
  const isOver = reply.ok && note?.kind === 'refused';
  return note === undefined || isOver ? others : { ...others, [sessionId]: note };
}

async function copyLink(sessionId: string, expiresInSeconds: LinkExpirySeconds): Promise<Reply<RowNote>> {
  const link = await callBridge((call) => call.makeDownloadLink(sessionId, expiresInSeconds));
  if (!link.ok) return link;
  const { url, ...told } = link.value;
  return copy(url, { kind: 'link', ...told });
}

async function copy(text: string, note: RowNote): Promise<Reply<RowNote>> {
  const reply = await callBridge((call) => call.copyText(text));
  return reply.ok ? { ok: true, value: note } : reply;
}
