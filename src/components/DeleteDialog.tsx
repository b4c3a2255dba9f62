import { AlertDialog } from '@base-ui/react/alert-dialog';
import { useId, useState } from 'react';
import { Button } from './ui/Button';

type DeleteDialogProps = {
  open: boolean;
  sessionName: string;
  /** Where the bundle lies in the bucket; absent when this computer has the only copy. */
  location?: string;
  onClose: () => void;
  onDelete: () => void;
};

/** Asks before files are removed. The only copy needs a second, deliberate yes. */
export function DeleteDialog({ open, onClose, ...rest }: DeleteDialogProps) {
  return (
    <AlertDialog.Root open={open} onOpenChange={(isOpen) => !isOpen && onClose()}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className="fixed inset-0 bg-black/45 transition-opacity data-ending-style:opacity-0 data-starting-style:opacity-0" />
        <AlertDialog.Popup className="fixed top-1/2 left-1/2 w-[min(28rem,calc(100vw-2rem))] -translate-1/2 space-y-4 rounded-2xl border border-line bg-raised p-6 shadow-float transition-[opacity,scale] data-ending-style:scale-98 data-ending-style:opacity-0 data-starting-style:scale-98 data-starting-style:opacity-0">
          <DialogContent {...rest} />
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}

function DialogContent({ sessionName, location, onDelete }: Omit<DeleteDialogProps, 'open' | 'onClose'>) {
  const [understood, setUnderstood] = useState(false);
  const onlyCopy = location === undefined;
  return (
    <>
      <AlertDialog.Title className="text-lg font-semibold">
        {onlyCopy ? 'Delete the only copy?' : 'Delete from this computer?'}
      </AlertDialog.Title>
      <AlertDialog.Description className="space-y-2 text-sm text-soft break-anywhere" render={<div />}>
        <p className="font-medium text-ink">{sessionName}</p>
        {onlyCopy ? (
          <p>
            This recording exists nowhere else: it was not uploaded. Its video, screenshots and actions will
            be gone for good.
          </p>
        ) : (
          <p>
            The uploaded bundle stays at <span className="font-mono text-xs text-ink">{location}</span>. The
            files on this computer are removed.
          </p>
        )}
      </AlertDialog.Description>
      {onlyCopy && <Understood checked={understood} onChange={setUnderstood} />}
      <div className="flex justify-end gap-2 pt-1">
        <AlertDialog.Close render={<Button>Keep it</Button>} />
        <AlertDialog.Close
          disabled={onlyCopy && !understood}
          onClick={onDelete}
          render={
            <Button variant="danger" disabled={onlyCopy && !understood}>
              Delete
            </Button>
          }
        />
      </div>
    </>
  );
}

function Understood({ checked, onChange }: { checked: boolean; onChange: (checked: boolean) => void }) {
  const id = useId();
  return (
    <label htmlFor={id} className="flex items-start gap-2.5 rounded-lg bg-bad-wash px-3.5 py-3 text-sm">
      <input
        id={id}
        type="checkbox"
        checked={checked}
        onChange={(event) => onChange(event.target.checked)}
        className="mt-0.5 size-4 shrink-0 accent-bad"
      />
      I understand that it cannot be brought back.
    </label>
  );
}
