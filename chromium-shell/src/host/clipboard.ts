import { guardObject } from '../notImplemented.ts';

let text = '';

/** In memory: neither pages nor other programs see it. */
export const clipboard = guardObject(
  {
    readText: (): string => text,
    writeText: (written: string): void => {
      text = written;
    },
    clear: (): void => {
      text = '';
    },
  },
  'clipboard',
);
