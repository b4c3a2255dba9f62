import { EventEmitter } from 'node:events';
import { guardClass } from '../notImplemented.ts';
import type { ShellMenu } from './menu.ts';

/** Kept in memory, with its menu. */
export class ShellTray extends EventEmitter {
  /** @internal */
  static readonly all = new Set<ShellTray>();
  /** @internal */
  toolTip = '';
  /** @internal */
  title = '';
  /** @internal */
  image: unknown;
  /** @internal */
  menu: ShellMenu | null = null;

  constructor(image: unknown) {
    super();
    this.image = image;
    ShellTray.all.add(this);
  }

  setToolTip(toolTip: string): void {
    this.toolTip = toolTip;
  }

  setTitle(title: string): void {
    this.title = title;
  }

  setImage(image: unknown): void {
    this.image = image;
  }

  setContextMenu(menu: ShellMenu | null): void {
    this.menu = menu;
  }

  destroy(): void {
    ShellTray.all.delete(this);
  }

  isDestroyed(): boolean {
    return !ShellTray.all.has(this);
  }

  /** For tests: false if the menu has no such item. @internal */
  clickItem(label: string): boolean {
    const item = this.menu?.findByLabel(label);
    item?.click();
    return Boolean(item);
  }
}

guardClass(ShellTray, 'Tray');
