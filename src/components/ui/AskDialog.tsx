import { AlertDialog } from '@base-ui/react/alert-dialog';
import { useId, useLayoutEffect, useRef, type ReactNode } from 'react';
import { Button } from './Button';
import { Spinner } from './Spinner';

type AskDialogProps = {
  open: boolean;
  onClose: () => void;
  children: ReactNode;
};

/** A modal question; its content is an `AskContent`. */
export function AskDialog({ open, onClose, children }: AskDialogProps) {
  return (
    <AlertDialog.Root open={open} onOpenChange={(isOpen) => !isOpen && onClose()}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className="fixed inset-0 bg-black/45 transition-opacity data-ending-style:opacity-0 data-starting-style:opacity-0" />
        <AlertDialog.Popup className="fixed top-1/2 left-1/2 max-h-[calc(100vh-2rem)] w-[min(28rem,calc(100vw-2rem))] -translate-1/2 space-y-4 overflow-y-auto rounded-2xl border border-line bg-raised p-6 shadow-float transition-[opacity,scale] data-ending-style:scale-98 data-ending-style:opacity-0 data-starting-style:scale-98 data-starting-style:opacity-0">
          {children}
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}

type AskContentProps = {
  title: string;
  /** The subject, in bold. */
  name: string;
  children: ReactNode;
  /** A checkbox that must be ticked first. */
  consent?: ReactNode;
  no: string;
  yes: string;
  danger?: boolean;
  disabled?: boolean;
  /** The yes is being processed. */
  busy?: boolean;
  /** The yes does not close the dialog; the handler does. */
  stays?: boolean;
  onYes: () => void;
};

export function AskContent(props: AskContentProps) {
  const { title, name, children, consent, no, yes, danger, disabled, busy, stays, onYes } = props;
  const look = { variant: danger ? ('danger' as const) : ('primary' as const), disabled };
  const keep = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => {
    // The focused element is gone, e.g. a consent that is no longer needed; focus moves to the safe answer.
    if (document.activeElement === document.body) keep.current?.focus();
  });
  return (
    <>
      <AlertDialog.Title className="text-lg font-semibold">{title}</AlertDialog.Title>
      <AlertDialog.Description className="space-y-2 text-sm text-soft break-anywhere" render={<div />}>
        <p className="font-medium text-ink">{name}</p>
        {children}
      </AlertDialog.Description>
      {consent}
      <div className="flex flex-wrap justify-end gap-2 pt-1">
        <AlertDialog.Close ref={keep} render={<Button>{no}</Button>} />
        {stays ? (
          <Button {...look} focusableWhenDisabled onClick={onYes}>
            {busy && <Spinner />}
            {yes}
          </Button>
        ) : (
          <AlertDialog.Close disabled={disabled} onClick={onYes} render={<Button {...look}>{yes}</Button>} />
        )}
      </div>
    </>
  );
}

type ConsentProps = { label: string; checked: boolean; onChange: (checked: boolean) => void };

export function Consent({ label, checked, onChange }: ConsentProps) {
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
      {label}
    </label>
  );
}
