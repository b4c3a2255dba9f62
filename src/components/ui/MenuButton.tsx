import { Menu } from '@base-ui/react/menu';
import { ChevronDown } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from './Button';

type MenuButtonProps<T> = {
  /** The button's label, with its icon. */
  children: ReactNode;
  /** The title of the menu. */
  title: string;
  choices: readonly { label: string; value: T }[];
  onChoose: (value: T) => void;
};

/** A button that opens a menu with a few choices. */
export function MenuButton<T>({ children, title, choices, onChoose }: MenuButtonProps<T>) {
  return (
    <Menu.Root>
      <Menu.Trigger
        render={
          <Button size="small">
            {children}
            <ChevronDown aria-hidden />
          </Button>
        }
      />
      <Menu.Portal>
        <Menu.Positioner sideOffset={4} align="end" collisionPadding={8} className="outline-hidden">
          <Menu.Popup className="min-w-40 rounded-lg border border-line bg-raised p-1 text-sm shadow-float outline-hidden transition-opacity data-ending-style:opacity-0 data-starting-style:opacity-0">
            <Menu.Group>
              <Menu.GroupLabel className="px-2.5 py-1.5 text-xs text-soft">{title}</Menu.GroupLabel>
              {choices.map(({ label, value }) => (
                <Menu.Item
                  key={label}
                  onClick={() => onChoose(value)}
                  className="cursor-pointer rounded-md px-2.5 py-1.5 outline-hidden select-none data-highlighted:bg-accent data-highlighted:text-accent-ink"
                >
                  {label}
                </Menu.Item>
              ))}
            </Menu.Group>
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}
