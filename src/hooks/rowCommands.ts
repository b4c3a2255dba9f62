import type { AppError, Reply } from '../shared/appError';
import type { Bridge } from '../shared/bridge';
import type { OtherFiles } from '../shared/otherFiles';
import type { BucketCheck, DownloadLink, LinkExpirySeconds } from '../shared/upload';
import { callBridge } from './callBridge';

/** The commands of a row's buttons. */
export type SessionCommands = {
  upload: (sessionId: string) => void;
  retry: (sessionId: string) => void;
  cancel: (sessionId: string) => void;
  pause: (sessionId: string) => void;
  resume: (sessionId: string) => void;
  /** Copies a link to the uploaded bundle to the clipboard. */
  copyLink: (sessionId: string, expiresInSeconds: LinkExpirySeconds) => void;
  copyPath: (sessionId: string, location: string) => void;
  exportBundle: (sessionId: string) => void;
  exportWithout: (sessionId: string) => void;
  /** Uploads and replaces the object in the bucket. */
  replace: (sessionId: string) => void;
  keepUploaded: (sessionId: string) => void;
  check: (sessionId: string) => void;
  askBucket: (sessionId: string) => Promise<BucketCheck>;
  /** @param named files not made by the app that the user agreed to delete */
  remove: (sessionId: string, named?: OtherFiles) => void;
  showInFolder: (sessionId: string) => void;
  /** Makes a copied or renamed folder a session. */
  adopt: (sessionId: string) => void;
};

/** The result of the last command on a row, if the row shows one. */
export type RowNote =
  | { kind: 'refused'; error: AppError }
  | { kind: 'would-replace' }
  | { kind: 'checking' }
  | { kind: 'unchecked'; answer: BucketCheck }
  | ({ kind: 'link' } & Omit<DownloadLink, 'url'>)
  | { kind: 'path' };
export type RowNotes = Readonly<Record<string, RowNote>>;

/** Long enough to read; a link's note shows its expiry and stays. */
const PATH_SHOWN_MS = 4000;

/**
 * `setNotes` updates the notes by session id. `onRefused` is called for every refusal: the row that offered the command
 * may be out of date, e.g. because another program deleted the bundle.
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
  const put = (id: string, note: RowNote | undefined) => setNotes((now) => withNote(now, id, note));
  return {
    upload: bind((call, id) => call.uploadSession(id)),
    replace: bind((call, id) => call.replaceUpload(id)),
    keepUploaded: (id) => put(id, undefined),
    check: (id) => {
      put(id, { kind: 'checking' });
      void askBucket(id).then((answer) => setNotes((now) => noteAnswer(now, id, answer)));
    },
    askBucket,
    retry: bind((call, id) => call.retryUpload(id)),
    cancel: bind((call, id) => call.cancelUpload(id)),
    pause: bind((call, id) => call.pauseUpload(id)),
    resume: bind((call, id) => call.resumeUpload(id)),
    copyLink: (id, expiresInSeconds) => void run(id, copyLink(id, expiresInSeconds)),
    copyPath: (id, location) =>
      void run(id, copy(location, { kind: 'path' })).then(() =>
        setTimeout(
          () => setNotes((now) => (now[id]?.kind === 'path' ? withNote(now, id, undefined) : now)),
          PATH_SHOWN_MS,
        ),
      ),
    exportBundle: bind((call, id) => call.exportSession(id)),
    exportWithout: bind((call, id) => call.exportWithoutMissing(id)),
    remove: (id, named) =>
      void run(
        id,
        callBridge((call) => (named ? call.deleteSession(id, named) : call.deleteSession(id))),
      ),
    showInFolder: bind((call, id) => call.showSessionInFolder(id)),
    adopt: (id) =>
      void run(
        id,
        callBridge(async (call) => {
          const reply = await call.adoptSession(id);
          return reply.ok ? { ok: true, value: undefined } : reply;
        }),
      ),
  };
}

function withNote(now: RowNotes, sessionId: string, note: RowNote | undefined): RowNotes {
  const { [sessionId]: _before, ...others } = now;
  return note === undefined ? others : { ...others, [sessionId]: note };
}

/** A copied link's note stays until another note replaces it; other notes stay until the row's next command. */
function noteReply(now: RowNotes, sessionId: string, reply: Reply<RowNote | void>): RowNotes {
  if (!reply.ok) return withNote(now, sessionId, noteRefusal(reply.error));
  const before = now[sessionId];
  const stays = before?.kind === 'link' || before?.kind === 'path';
  return withNote(now, sessionId, reply.value ?? (stays ? before : undefined));
}

/** A question or a refusal that arrived during the check stays. */
function noteAnswer(now: RowNotes, sessionId: string, answer: BucketCheck): RowNotes {
  const kind = now[sessionId]?.kind;
  if (kind === 'would-replace' || kind === 'refused') return now;
  if (answer.found === 'unknown') return withNote(now, sessionId, { kind: 'unchecked', answer });
  return kind === 'checking' ? withNote(now, sessionId, undefined) : now;
}

/** A pending replacement is a question, not a refusal. */
function noteRefusal(error: AppError): RowNote {
  return error.code === 'WouldReplace' ? { kind: 'would-replace' } : { kind: 'refused', error };
}

async function askBucket(sessionId: string): Promise<BucketCheck> {
  const reply = await callBridge((call) => call.checkUpload(sessionId));
  return reply.ok ? reply.value : { found: 'unknown', error: reply.error, checkedAt: Date.now() };
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
