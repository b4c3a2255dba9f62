import { createHash } from 'node:crypto';
import { clockText } from '../../../../shared/playback/stepText';
import { describeFiles } from '../../../../shared/missingFiles';
import type { Action, SessionHeader } from '../../../../shared/session';
import { readActions } from '../../../sessions/actionsFile';
import { filledSegments } from '../../../sessions/sessionContent';
import type { SessionPaths } from '../../../sessions/sessionPaths';
import { escapeHtml } from './escapeHtml';
import { reportScript } from './reportScript';
import { reportSteps } from './reportSteps';
import { reportStyle } from './reportStyle';

const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** Nothing from a network; no script and no style but the report's own, whatever a window's title may contain. */
const POLICY = [
  "default-src 'none'",
  "img-src 'self'",
  "media-src 'self'",
  `style-src ${hashOf(reportStyle)}`,
  `script-src ${hashOf(reportScript)}`,
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/**
 * The page that shows a bundle in any browser, offline, beside the bundle's other files. Made piece by piece, and
 * holding neither actions nor steps in memory.
 */
export async function* reportPage(paths: SessionPaths, header: SessionHeader): AsyncGenerator<string> {
  const title = `Session ${escapeHtml(header.sessionId)}`;
  const segments = await filledSegments(paths);
  yield `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>${title}</title>`;
  yield `<meta http-equiv="Content-Security-Policy" content="${POLICY}">`;
  yield `<meta name="viewport" content="width=device-width, initial-scale=1"><style>${reportStyle}</style></head>\n`;
  yield `<body><header><h1>${title}</h1>${headline(header)}</header>\n`;
  yield `<main${segments.length > 0 ? ' class="wide"' : ''}><div class="watch">${player(segments)}</div>\n<div>`;
  yield '<h2>Steps</h2>\n';
  yield* reportSteps(paths, header, segments);
  yield `<h2>About this recording</h2>${facts(header)}<h2>Actions</h2>`;
  yield* summary(paths);
  yield `</div></main><script>${reportScript}</script></body></html>\n`;
}

function headline(header: SessionHeader): string {
  const length = header.durationUs === undefined ? 'cut off' : clockText(header.durationUs);
  const recorded = new Date(header.createdAt).toISOString().replace('T', ' ').replace(/\..*/, ' UTC');
  const line = `<p class="soft">Recorded ${recorded} · ${length} · <bdi>${escapeHtml(header.source.name)}</bdi></p>`;
  if (header.state !== 'interrupted') return line;
  return `${line}<p class="warn">The recording was cut off; it holds what was written until then.</p>`;
}

function player(segments: readonly string[]): string {
  const [first] = segments;
  if (first === undefined) return '<p class="soft">There is no video in this session.</p>';
  const parts = segments.map((file, index) => {
    const current = index === 0 ? ' aria-current' : '';
    return `<button type="button" data-src="${escapeHtml(file)}"${current}>Part ${index + 1}</button>`;
  });
  return `<video controls preload="metadata" src="${escapeHtml(first)}"></video><div class="parts"${segments.length === 1 ? ' hidden' : ''}>${parts.join('')}</div>`;
}

function facts(header: SessionHeader): string {
  const rows: [string, string][] = [
    ['Source', header.source.name],
    ['System', `${header.os.platform} ${header.os.release} ${header.os.arch}`],
    ['App', `${header.app.name} ${header.app.version}`],
    ['State', header.state],
    ['Typed keys', typedKeys(header)],
    ['Windows left out', header.redaction.excluded?.join(', ') || 'none'],
  ];
  if (header.missing)
    rows.push(['Missing', `${describeFiles(header.missing)}, gone before the bundle was made`]);
  if (header.rebuilt) rows.push(['Note', 'The description was lost and rebuilt from the recorded files']);
  for (const { name, available, why } of header.capabilities)
    if (!available) rows.push([`No ${name}`, why ?? 'not given by this system']);
  return table(rows);
}

function typedKeys({ rebuilt, redaction }: SessionHeader): string {
  if (rebuilt) return 'unknown';
  return redaction.keyCodesRecorded ? 'recorded' : 'not recorded';
}

async function* summary(paths: SessionPaths): AsyncGenerator<string> {
  const counts = new Map<Action['type'], number>();
  for await (const { type } of readActions(paths.actions)) counts.set(type, (counts.get(type) ?? 0) + 1);
  yield '<p>Every one of them is in <a href="actions.json">actions.json</a>.</p>';
  yield table([...counts].map(([type, count]) => [type, String(count)]));
}

function table(rows: readonly (readonly [string, string])[]): string {
  const cells = rows.map(
    ([name, value]) => `<tr><th>${escapeHtml(name)}</th><td><bdi>${escapeHtml(value)}</bdi></td></tr>`,
  );
  return `<table>${cells.join('')}</table>`;
}
