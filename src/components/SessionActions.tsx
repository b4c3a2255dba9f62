import { CloudUpload, FolderOpen, Package, RefreshCw, Trash2, X } from 'lucide-react';
import { useState } from 'react';
import type { SessionListItem } from '../shared/session';
import { DeleteDialog } from './DeleteDialog';
import { exportButton, uploadButton, whyNotDelete, whyNotUpload } from './sessionRules';
import { Button, IconButton } from './ui/Button';

/** What a row asks for, each with the session's id. */
export type SessionCallbacks = {
  upload: (sessionId: string) => void;
  retry: (sessionId: string) => void;
  cancel: (sessionId: string) => void;
  exportBundle: (sessionId: string) => void;
  remove: (sessionId: string) => void;
  showInFolder: (sessionId: string) => void;
};

type SessionActionsProps = { item: SessionListItem; name: string; commands: SessionCallbacks };

export function SessionActions({ item, name, commands }: SessionActionsProps) {
  const [asking, setAsking] = useState(false);
  const exportLabel = exportButton(item);
  return (
    <div className="flex flex-wrap items-center gap-1.5">
      {exportLabel && (
        <Button size="small" onClick={() => commands.exportBundle(item.sessionId)}>
          <Package aria-hidden />
          {exportLabel}
        </Button>
      )}
      <UploadButton item={item} commands={commands} />
      <IconButton label="Show in folder" onClick={() => commands.showInFolder(item.sessionId)}>
        <FolderOpen aria-hidden />
      </IconButton>
      <IconButton label="Delete" whyDisabled={whyNotDelete(item)} onClick={() => setAsking(true)}>
        <Trash2 aria-hidden />
      </IconButton>
      <DeleteDialog
        open={asking}
        sessionName={name}
        location={item.uploadStatus === 'done' ? (item.location ?? 'your bucket') : undefined}
        onClose={() => setAsking(false)}
        onDelete={() => commands.remove(item.sessionId)}
      />
    </div>
  );
}

function UploadButton({ item, commands }: Omit<SessionActionsProps, 'name'>) {
  const which = uploadButton(item);
  if (which === 'cancel') {
    return (
      <Button size="small" onClick={() => commands.cancel(item.sessionId)}>
        <X aria-hidden />
        Cancel
      </Button>
    );
  }
  if (which === 'retry') {
    return (
      <Button size="small" variant="primary" onClick={() => commands.retry(item.sessionId)}>
        <RefreshCw aria-hidden />
        Retry
      </Button>
    );
  }
  if (which === undefined) return null;
  return (
    <Button
      size="small"
      variant="primary"
      whyDisabled={whyNotUpload(item)}
      onClick={() => commands.upload(item.sessionId)}
    >
      <CloudUpload aria-hidden />
      Upload
    </Button>
  );
}
