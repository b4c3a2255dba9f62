import type { DestinationWarning } from '../upload';

const WARNINGS: Record<DestinationWarning, string> = {
  undeletable:
    'These credentials may write but not delete: a small test file stays in the bucket each time. Uploads work.',
  'no-metadata':
    'The server keeps no metadata with files: the app recognises its uploads by their content. Uploads work.',
};

export function describeWarning(warning: DestinationWarning): string {
  return WARNINGS[warning];
}
