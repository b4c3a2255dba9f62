import { CloudUpload, FolderOpen, Package, RefreshCw, Trash2, X } from 'lucide-react';
import { useState } from 'react';
import type { SessionListItem } from '../shared/session';
import { DeleteDialog } from './DeleteDialog';
import { exportButton, uploadButton, whyNotDelete, whyNotUpload } from './sessionRules';
import { Button, IconButton } from './ui/Button';

/** What a row asks for, each with the session's id. */
export type SessionCallbacks = {
  onUpload: (sessionId: string) => void;
  onRetry: (sessionId: string) => void;
  onCancel: (sessionId: string) => void;
  onExport: (sessionId: string) => void;
  onDelete: (sessionId: string) => void;
  onShowInFolder: (sessionId: string) => void;
};

type SessionActionsProps = SessionCallbacks & { item: SessionListItem; name: string };

export function SessionActions({ item, name, ...on }: SessionActionsProps) {
  const [asking, setAsking] = useState(false);
  const exportLabel = exportButton(item);
  return (
    <div className="flex flex-wrap items-center gap-1.5">
      {exportLabel && (
        <Button size="small" onClick={() => on.onExport(item.sessionId)}>
          <Package aria-hidden />
          {exportLabel}
        </Button>
      )}
      <UploadButton item={item} {...on} />
      <IconButton label="Show in folder" onClick={() => on.onShowInFolder(item.sessionId)}>
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
        onDelete={() => on.onDelete(item.sessionId)}
      />
    </div>
  );
}

type UploadButtonProps = Pick<SessionCallbacks, 'onUpload' | 'onCancel' | 'onRetry'> & {
  item: SessionListItem;
};

function UploadButton({ item, onUpload, onCancel, onRetry }: UploadButtonProps) {
  const which = uploadButton(item);
  if (which === 'cancel') {
    return (
      <Button size="small" onClick={() => onCancel(item.sessionId)}>
        <X aria-hidden />
        Cancel
      </Button>
    );
  }
  if (which === 'retry') {
    return (
      <Button size="small" variant="primary" onClick={() => onRetry(item.sessionId)}>
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
      onClick={() => onUpload(item.sessionId)}
    >
      <CloudUpload aria-hidden />
      Upload
    </Button>
  );
}
