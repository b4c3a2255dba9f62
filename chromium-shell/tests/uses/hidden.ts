/** Each line that ends with "hidden" uses Electron without a readable member name. */
import { app, screen } from 'electron';

export function hidden(event: string, name: keyof typeof screen): void {
  const listen = app.on.bind(app); // hidden
  listen('quit', () => {});
  screen.off(event as never, () => {}); // hidden
  screen.on(event as never, () => {}); // hidden
  void screen[name]; // hidden
}
