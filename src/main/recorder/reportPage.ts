import { screenshotSchema, type Action, type Screenshot, type SessionHeader } from '../../shared/session';
import { readActions } from '../sessions/actionsFile';
import { readJsonLines } from '../sessions/jsonLines';
import { readContent } from '../sessions/sessionContent';
import type { SessionPaths } from '../sessions/sessionPaths';
import { escapeHtml } from './escapeHtml';

const style = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
video, img { max-width: 100%; border: 1px solid #8886; border-radius: 6px }
table { border-collapse: collapse } td, th { padding: .2rem 1rem .2rem 0; text-align: left }
li { margin: 1rem 0 } time { font-variant-numeric: tabular-nums; opacity: .7 }`;

/** The page that shows a bundle in any browser, offline, beside the bundle's other files. Made piece by piece. */
export async function* reportPage(paths: SessionPaths, header: SessionHeader): AsyncGenerator<string> {
  const title = `Session ${escapeHtml(header.sessionId)}`;
  yield `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>${title}</title>`;
  yield `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src 'self' file: data:; media-src 'self' file:; style-src 'unsafe-inline'">`;
  yield `<style>${style}</style></head><body><h1>${title}</h1>`;
  yield facts(header);
  yield '<h2>Video</h2>';
  for (const segment of (await readContent(paths)).segments)
    yield `<p><video controls preload="metadata" src="${escapeHtml(segment)}"></video></p>`;
  yield* summary(paths);
  yield* steps(paths);
  yield '</body></html>\n';
}

function facts(header: SessionHeader): string {
  const rows: [string, string][] = [
    ['Recorded', new Date(header.createdAt).toISOString()],
    ['Length', header.durationUs === undefined ? 'cut off' : clock(header.durationUs)],
    ['Source', header.source.name],
    ['System', `${header.os.platform} ${header.os.release} ${header.os.arch}`],
    ['App', `${header.app.name} ${header.app.version}`],
    ['State', header.state],
    ['Typed keys', typedKeys(header)],
  ];
  if (header.rebuilt) rows.push(['Note', 'The description was lost and made anew from the recorded files']);
  for (const { name, available, why } of header.capabilities)
    if (!available) rows.push([`No ${name}`, why ?? 'not given by this system']);
  const cells = rows.map(
    ([name, value]) => `<tr><th>${escapeHtml(name)}</th><td>${escapeHtml(value)}</td></tr>`,
  );
  return `<table>${cells.join('')}</table>`;
}

function typedKeys({ rebuilt, redaction }: SessionHeader): string {
  if (rebuilt) return 'unknown';
  return redaction.keyCodesRecorded ? 'recorded' : 'not recorded';
}

async function* summary(paths: SessionPaths): AsyncGenerator<string> {
  const counts = new Map<Action['type'], number>();
  for await (const { type } of readActions(paths.actions)) counts.set(type, (counts.get(type) ?? 0) + 1);
  yield '<h2>Actions</h2><table>';
  for (const [type, count] of counts) yield `<tr><th>${escapeHtml(type)}</th><td>${count}</td></tr>`;
  yield '</table>';
}

async function* steps(paths: SessionPaths): AsyncGenerator<string> {
  yield '<h2>Steps</h2><ol>';
  const shots = await inTime(readJsonLines(paths.screenshotsLog, screenshotSchema, () => undefined));
  for await (const action of readActions(paths.actions)) {
    while (shots[0] !== undefined && shots[0].tUs <= action.tUs) yield picture(shots.shift()!);
    const words = describe(action);
    if (words !== null) yield `<li><time>${clock(action.tUs)}</time> ${escapeHtml(words)}</li>`;
  }
  for (const shot of shots) yield picture(shot);
  yield '</ol>';
}

/** Screenshots are few (at most four a second) and are noted when they are ready, which may be out of order. */
async function inTime(shots: AsyncIterable<Screenshot>): Promise<Screenshot[]> {
  const all: Screenshot[] = [];
  for await (const shot of shots) all.push(shot);
  return all.sort((a, b) => a.tUs - b.tUs);
}

function picture({ tUs, trigger, file }: Screenshot): string {
  const words = `Screenshot at ${trigger}`;
  return `<li><time>${clock(tUs)}</time> ${escapeHtml(words)}<br><img loading="lazy" alt="${escapeHtml(words)}" src="${escapeHtml(file)}"></li>`;
}

const buttons = ['', 'Left', 'Right', 'Middle', 'Back', 'Forward'];

const missing = { input: 'Input', video: 'The picture', microphone: 'Sound' };

/** One line for a person, or null for what is too small to be a step. */
function describe(action: Action): string | null {
  switch (action.type) {
    case 'press':
      return `${buttons[action.button] ?? 'Other'} button pressed at ${action.x}, ${action.y}`;
    case 'keydown':
      return action.key === undefined ? null : [...action.modifiers, action.key].join(' + ');
    case 'pause':
      return 'Paused';
    case 'resume':
      return 'Resumed';
    case 'gap':
      return `${missing[action.what]} was not recorded since ${clock(action.fromUs)}`;
    case 'window':
      if (action.excluded) return 'A window that is left out had the keyboard';
      return `${action.title || 'A window'} (${action.app || 'unknown app'}) had the keyboard`;
    case 'redaction':
      return `Everything was hidden since ${clock(action.fromUs)}`;
    case 'move':
    case 'release':
    case 'wheel':
    case 'keyup':
      return null;
  }
}

/** `h:mm:ss.t` of a time in microseconds. */
function clock(tUs: number): string {
  const tenths = Math.max(0, Math.floor(tUs / 100_000));
  const two = (n: number) => String(n).padStart(2, '0');
  const seconds = Math.floor(tenths / 10);
  return `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}.${tenths % 10}`;
}
