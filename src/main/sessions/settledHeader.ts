import { sessionHeaderSchema, type SessionHeader } from '../../shared/session';
import type { JsonFileContext } from '../../lib/jsonFile';
import { idTime } from './sessionAge';
import { filledSegments, lastWrite } from './sessionContent';
import { readHeader } from './ownership';
import type { SessionPaths } from './sessionPaths';

/**
 * The header of a session that nobody records any more: closed where a crash left it open, naming the segments that
 * hold something, and made anew from the other files where it is lost (`rebuilt`).
 */
export async function settledHeader(
  sessionId: string,
  paths: SessionPaths,
  files: JsonFileContext,
): Promise<SessionHeader> {
  const found = await readHeader(paths, files);
  const header = found ?? rebuiltHeader(sessionId);
  const isOpen = header.state === 'recording' || header.state === 'finalising';
  const segments = await filledSegments(paths);
  const mimeType = header.video?.mimeType ?? (segments[0]?.endsWith('.webm') ? 'video/webm' : 'video/mp4');
  const filled = new Set(segments);
  const details = header.video?.details?.filter(({ segment }) => filled.has(segment));
  // Through the schema, whose order of fields makes a repeated export the same to the byte.
  return sessionHeaderSchema.parse({
    ...header,
    state: isOpen ? 'interrupted' : header.state,
    endedAt: header.endedAt ?? Math.max(header.createdAt, await lastWrite(paths)),
    video: segments.length > 0 ? { mimeType, segments, details } : undefined,
  });
}

/** What the session's name alone tells; everything else is named unknown. */
export function rebuiltHeader(sessionId: string): SessionHeader {
  const unknown = 'unknown';
  return {
    version: 1,
    sessionId,
    rebuilt: true,
    state: 'interrupted',
    createdAt: idTime(sessionId),
    app: { name: unknown, version: unknown },
    os: { platform: unknown, release: unknown, arch: unknown },
    source: { id: unknown, name: unknown, kind: 'screen' },
    geometry: [],
    clocks: [],
    capabilities: [],
    // Not known: nobody may take the keys for left out.
    redaction: { keyCodesRecorded: true },
    microphone: false,
  };
}
