import * as z from 'zod/mini';
import { count, list, name } from './bounds';

/** The maximum number of files to list by name. */
export const MOST_NAMED = 20;

/**
 * Files in a session's folder that the app did not create: the first names, relative to the folder, and the total
 * number.
 */
export const otherFilesSchema = z.object({ names: list(name, MOST_NAMED), count });
export type OtherFiles = z.infer<typeof otherFilesSchema>;

/** A sentence that names the files. @param others at least one */
export function describeOthers({ names, count: all }: OtherFiles): string {
  const word = names.some((other) => other.endsWith('/')) ? 'item' : 'file';
  const [counted, are] = all === 1 ? [word, 'is'] : [`${word}s`, 'are'];
  const rest = all > names.length ? `, and ${formatted(all - names.length)} more` : '';
  return `This folder also holds ${formatted(all)} ${counted} that ${are} not in the bundle: ${names.map(shown).join(', ')}${rest}.`;
}

/** A file may have any name: replaces invisible characters before showing it. */
function shown(other: string): string {
  return other.replace(/\p{C}/gu, '�');
}

function formatted(value: number): string {
  return new Intl.NumberFormat('en').format(value);
}
