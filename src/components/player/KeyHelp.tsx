import { Dialog } from '@base-ui/react/dialog';
import { Button } from '../ui/Button';
import { playerKeys } from './playerKeys';

/** The list of keys. */
export function KeyHelp({ open, onClose }: { open: boolean; onClose: () => void }) {
  return (
    <Dialog.Root open={open} onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 bg-black/45 transition-opacity data-ending-style:opacity-0 data-starting-style:opacity-0" />
        <Dialog.Popup className="fixed top-1/2 left-1/2 max-h-[calc(100vh-2rem)] w-[min(26rem,calc(100vw-2rem))] -translate-1/2 overflow-y-auto rounded-2xl border border-line bg-raised p-6 shadow-float">
          <Dialog.Title className="text-lg font-semibold">Keys</Dialog.Title>
          <dl className="mt-3 grid grid-cols-[auto_1fr] items-center gap-x-5 gap-y-1.5 text-sm">
            {playerKeys.map(({ shown, does }) => (
              <div key={does} className="col-span-2 grid grid-cols-subgrid">
                <dt className="flex gap-1">
                  {shown.map((key) => (
                    <kbd
                      key={key}
                      className="min-w-6 rounded-md border border-edge/60 bg-sunken px-1.5 text-center font-mono text-xs leading-5"
                    >
                      {key}
                    </kbd>
                  ))}
                </dt>
                <dd className="text-soft">{does}</dd>
              </div>
            ))}
          </dl>
          <div className="mt-5 flex justify-end">
            <Dialog.Close render={<Button>Close</Button>} />
          </div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
