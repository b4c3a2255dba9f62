import type Electron from 'electron';
import { guardClass } from '../notImplemented.ts';

type Template = Electron.MenuItemConstructorOptions;

/** Kept in memory, never drawn. */
export class ShellMenuItem {
  id: string;
  label: string;
  type: NonNullable<Template['type']>;
  role: string | undefined;
  enabled: boolean;
  visible: boolean;
  checked: boolean;
  accelerator: unknown;
  submenu: ShellMenu | undefined;
  readonly #onClick: Template['click'];

  constructor(template: Template) {
    const { submenu } = template;
    this.id = template.id ?? '';
    this.label = template.label ?? template.role ?? '';
    this.role = template.role;
    this.type = template.type ?? (submenu ? 'submenu' : 'normal');
    this.enabled = template.enabled ?? true;
    this.visible = template.visible ?? true;
    this.checked = template.checked ?? false;
    this.accelerator = template.accelerator;
    this.submenu = Array.isArray(submenu)
      ? ShellMenu.buildFromTemplate(submenu)
      : (submenu as ShellMenu | undefined);
    this.#onClick = template.click;
  }

  /** Clicks as the user would; a disabled item does nothing. */
  click(): void {
    if (!this.enabled || !this.visible) return;
    if (this.type === 'checkbox') this.checked = !this.checked;
    this.#onClick?.(this as unknown as Electron.MenuItem, undefined, {} as Electron.KeyboardEvent);
  }
}

export class ShellMenu {
  static #applicationMenu: ShellMenu | null = null;
  readonly items: ShellMenuItem[] = [];

  static buildFromTemplate(template: (Template | ShellMenuItem)[]): ShellMenu {
    const menu = new ShellMenu();
    for (const item of template) menu.append(item instanceof ShellMenuItem ? item : new ShellMenuItem(item));
    return menu;
  }

  static setApplicationMenu(menu: ShellMenu | null): void {
    this.#applicationMenu = menu;
  }

  static getApplicationMenu(): ShellMenu | null {
    return this.#applicationMenu;
  }

  append(item: ShellMenuItem): void {
    this.items.push(item);
  }

  getMenuItemById(id: string): ShellMenuItem | null {
    return this.#find((item) => item.id === id);
  }

  /** For tests. @internal */
  findByLabel(label: string): ShellMenuItem | null {
    return this.#find((item) => item.label === label);
  }

  #find(isWanted: (item: ShellMenuItem) => boolean): ShellMenuItem | null {
    for (const item of this.items) {
      const found = isWanted(item) ? item : item.submenu ? item.submenu.#find(isWanted) : null;
      if (found) return found;
    }
    return null;
  }
}

guardClass(ShellMenuItem, 'MenuItem');
guardClass(ShellMenu, 'Menu');
