import type Electron from 'electron';
import { EventEmitter } from 'node:events';
import { guardClass } from '../notImplemented.ts';

/** Kept in memory, never shown. */
export class ShellNotification extends EventEmitter {
  /** @internal */
  static readonly shown: ShellNotification[] = [];
  readonly title: string;
  readonly body: string;

  static isSupported(): boolean {
    return true;
  }

  constructor({ title = '', body = '' }: Electron.NotificationConstructorOptions = {}) {
    super();
    this.title = title;
    this.body = body;
  }

  show(): void {
    ShellNotification.shown.push(this);
    queueMicrotask(() => this.emit('show', {}));
  }

  close(): void {
    this.emit('close', {});
  }
}

guardClass(ShellNotification, 'Notification');
