/** Error code of a refused export that is possible without the missing files. */
export const FILES_MISSING = 'FilesMissing';

/**
 * Describes files of a session: `2 video segments and 3 screenshots`.
 * @param names relative to the session's folder; at least one
 */
export function describeFiles(names: readonly string[]): string {
  const segments = names.filter((name) => name.startsWith('video/')).length;
  const screenshots = names.filter((name) => name.startsWith('screenshots/')).length;
  const others = names
    .filter((name) => !name.includes('/'))
    .map((name) => (Object.hasOwn(logNames, name) ? logNames[name]! : name));
  const parts = [
    ...(segments > 0 ? [counted(segments, 'video segment')] : []),
    ...(screenshots > 0 ? [counted(screenshots, 'screenshot')] : []),
    ...others,
  ];
  const last = parts.pop() ?? 'nothing';
  return parts.length === 0 ? last : `${parts.join(', ')} and ${last}`;
}

const logNames: Readonly<Record<string, string>> = {
  'actions.json': 'all actions',
  'frames.jsonl': 'the times of the video’s frames',
  'screenshots.jsonl': 'the list of the screenshots',
};

function counted(count: number, one: string): string {
  return `${new Intl.NumberFormat('en').format(count)} ${count === 1 ? one : `${one}s`}`;
}
