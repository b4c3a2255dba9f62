import { sessionHeaderSchema, type SessionHeader } from '../../shared/session';
import type { JsonFileContext } from '../../lib/jsonFile';
import { idTime } from './sessionAge';
import { filledSegments, lastWrite } from './sessionContent';
import { readHeader } from './ownership';
import type { SessionPaths } from './sessionPaths';

/**
 * The header of a session that is no longer recorded: closed after a crash, naming the segments that are not empty, and
 * rebuilt from the other files if it is lost (`rebuilt`).
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
  // Parsed for the schema's order of fields, so that a repeated export gives the same bytes.
  return sessionHeaderSchema.parse({
    ...header,
    state: isOpen ? 'interrupted' : header.state,
    endedAt: header.endedAt ?? Math.max(header.createdAt, await lastWrite(paths)),
    video: segments.length > 0 ? { mimeType, segments, details } : undefined,
  });
}

/** The data that the session's name gives; all other fields are marked unknown. */
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
    // Unknown, so it must not claim that keys were left out.
    redaction: { keyCodesRecorded: true },
    microphone: false,
  };
}
