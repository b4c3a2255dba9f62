import {
  CirclePlay,
  CloudUpload,
  FolderOpen,
  Link,
  Package,
  Pause,
  Play,
  RefreshCw,
  Trash2,
  X,
} from 'lucide-react';
import type { SessionListItem } from '../shared/session';
import { isLost, type LinkExpirySeconds } from '../shared/upload';
import type { DialogCallbacks } from './SessionDialogs';
import {
  exportButton,
  isSession,
  needsExport,
  pauseButton,
  uploadButton,
  whyNotDelete,
  whyNotOpen,
  whyNotResume,
  whyNotUpload,
} from './sessionRules';
import { Button, IconButton } from './ui/Button';
import { MenuButton } from './ui/MenuButton';

/** A row's commands, each with the session's id. */
export type SessionCallbacks = DialogCallbacks & {
  /** Opens the session in the player. */
  open: (sessionId: string) => void;
  upload: (sessionId: string) => void;
  retry: (sessionId: string) => void;
  cancel: (sessionId: string) => void;
  pause: (sessionId: string) => void;
  resume: (sessionId: string) => void;
  copyLink: (sessionId: string, expiresInSeconds: LinkExpirySeconds) => void;
  copyPath: (sessionId: string, location: string) => void;
  exportBundle: (sessionId: string) => void;
  /** Asks the bucket whether it still holds the upload; the row shows the result. */
  check: (sessionId: string) => void;
  showInFolder: (sessionId: string) => void;
  /** Makes a copied or renamed folder a session. */
  adopt: (sessionId: string) => void;
};

type ButtonProps = { item: SessionListItem; commands: SessionCallbacks };
type SessionActionsProps = ButtonProps & { onDelete: () => void };

const linkLives: readonly { label: string; value: LinkExpirySeconds }[] = [
  { label: '1 hour', value: 3600 },
  { label: '1 day', value: 86_400 },
  { label: '7 days', value: 604_800 },
];

export function SessionActions({ item, commands, onDelete }: SessionActionsProps) {
  return (
    <div className="flex flex-wrap items-center gap-1.5">
      {isSession(item) && <PlayAndSend item={item} commands={commands} />}
      <IconButton label="Show in folder" onClick={() => commands.showInFolder(item.sessionId)}>
        <FolderOpen aria-hidden />
      </IconButton>
      {/* A renamed folder is deleted in the file manager. */}
      {item.folderName === undefined && (
        <IconButton label="Delete" whyDisabled={whyNotDelete(item)} onClick={onDelete}>
          <Trash2 aria-hidden />
        </IconButton>
      )}
    </div>
  );
}

function PlayAndSend({ item, commands }: ButtonProps) {
  const exportLabel = exportButton(item);
  return (
    <>
      <Button size="small" whyDisabled={whyNotOpen(item)} onClick={() => commands.open(item.sessionId)}>
        <CirclePlay aria-hidden />
        Open
      </Button>
      {exportLabel && (
        <Button
          size="small"
          variant={needsExport(item) ? 'primary' : 'plain'}
          onClick={() => commands.exportBundle(item.sessionId)}
        >
          <Package aria-hidden />
          {exportLabel}
        </Button>
      )}
      {item.uploadStatus === 'done' && !isLost(item.uploaded) && (
        <MenuButton
          title="Anyone with the link can download for"
          choices={linkLives}
          onChoose={(seconds) => commands.copyLink(item.sessionId, seconds)}
        >
          <Link aria-hidden />
          Copy link…
        </MenuButton>
      )}
      <PauseButton item={item} commands={commands} />
      <UploadButton item={item} commands={commands} />
    </>
  );
}

function PauseButton({ item, commands }: ButtonProps) {
  const which = pauseButton(item);
  if (which === undefined) return null;
  const resumes = which === 'resume';
  return (
    <Button
      size="small"
      whyDisabled={resumes ? whyNotResume(item) : undefined}
      onClick={() => (resumes ? commands.resume : commands.pause)(item.sessionId)}
    >
      {resumes ? <Play aria-hidden /> : <Pause aria-hidden />}
      {resumes ? 'Resume' : 'Pause'}
    </Button>
  );
}

/** The keys keep a focused Upload or Retry from turning into Cancel for the next Enter. */
function UploadButton({ item, commands }: ButtonProps) {
  const which = uploadButton(item);
  if (which === 'cancel') {
    return (
      <Button key="cancel" size="small" onClick={() => commands.cancel(item.sessionId)}>
        <X aria-hidden />
        Cancel
      </Button>
    );
  }
  const whyDisabled = whyNotUpload(item);
  const send = { size: 'small', variant: whyDisabled ? 'plain' : 'primary', whyDisabled } as const;
  if (which === 'retry') {
    return (
      <>
        <Button key="retry" {...send} onClick={() => commands.retry(item.sessionId)}>
          <RefreshCw aria-hidden />
          Retry
        </Button>
        <Button key="dismiss" size="small" onClick={() => commands.cancel(item.sessionId)}>
          <X aria-hidden />
          Dismiss
        </Button>
      </>
    );
  }
  if (which === undefined) return null;
  return (
    <Button key="upload" {...send} onClick={() => commands.upload(item.sessionId)}>
      <CloudUpload aria-hidden />
      {which === 'upload-again' ? 'Upload again' : 'Upload'}
    </Button>
  );
}
