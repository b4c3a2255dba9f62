import type { AppError } from '../../shared/appError';
import { largest } from '../../shared/extremes';
import { attachScreenshots } from '../../shared/playback/attachScreenshots';
import { deriveSteps } from '../../shared/playback/deriveSteps';
import type { Playback, Silence } from '../../shared/playback/playback';
import { stepKinds, type PlayedStep, type Step } from '../../shared/playback/step';
import { frameSchema, screenshotSchema, type Screenshot, type SessionHeader } from '../../shared/session';
import { without } from '../../shared/without';
import { readJsonLines } from '../sessions/jsonLines';
import type { SessionPaths } from '../sessions/sessionPaths';
import type { Clock } from '../../shared/runtime';
import { FrameTrack, type FramePlace } from '../sessions/frameTrack';
import { linesDamaged, timesMissing, videoMissing } from './playerErrors';
import { readRecordedActions, type ReadLog } from './recordedActions';
import { placeSegments } from './segments';

export type OpenInput = {
  paths: SessionPaths;
  /** Settled: its segments are those that exist. */
  header: SessionHeader;
  readLog: ReadLog;
  clock: Clock;
  filesUrl: string;
};

/** A session for playback. Holds its steps in memory, about 200 bytes each, but not the files they come from. */
export type OpenedPlayback = { playback: Playback; steps: PlayedStep[]; screenshots: Screenshot[] };

type FoundStep = { step: Step; frame: FramePlace | null };

/** Reads a session's logs once, as streams. Lists unreadable parts in `problems`; the rest plays. */
export async function openPlayback(input: OpenInput): Promise<OpenedPlayback> {
  const { paths, header, filesUrl } = input;
  const problems: AppError[] = [];
  const screenshots: Screenshot[] = [];
  const damaged = { frames: 0, screenshots: 0 };
  const track = new FrameTrack(readJsonLines(paths.frames, frameSchema, () => (damaged.frames += 1)));
  const shots = readJsonLines(paths.screenshotsLog, screenshotSchema, () => (damaged.screenshots += 1));
  const actions = readRecordedActions(input, (problem) => problems.push(problem));
  const found: FoundStep[] = [];
  for await (const step of attachScreenshots(
    deriveSteps(actions, header.keyboard),
    noting(shots, screenshots),
  ))
    found.push({ step, frame: await track.at(step.tUs) });
  const frames = await track.segments();

  const files = header.video?.segments ?? [];
  const silences = silencesOf(found.map(({ step }) => step));
  const lastFrames = [...frames.values()].map((seen) => seen.lastUs);
  const lastUs = largest(lastFrames, Math.max(0, found.at(-1)?.step.untilUs ?? 0));
  const durationUs = header.durationUs ?? lastUs;
  const segments = placeSegments({ files, frames, silences, geometry: header.geometry, durationUs });

  // A crash may truncate the last line; that does not count as damage.
  const torn = header.state === 'finished' ? 0 : 1;
  if (damaged.frames > torn) problems.push(linesDamaged('frames.jsonl', damaged.frames));
  if (damaged.screenshots > torn) problems.push(linesDamaged('screenshots.jsonl', damaged.screenshots));
  const missing = without([...frames.keys()], files);
  if (missing.length > 0) problems.push(videoMissing(missing));
  const unplaced = files.filter((file) => !frames.has(file));
  if (unplaced.length > 0) problems.push(timesMissing(unplaced));

  const indexes = new Map(files.map((file, index) => [file, index]));
  const steps = found.map(({ step, frame }) => played(step, frame, indexes));
  const playback: Playback = {
    ...{ sessionId: header.sessionId, header: shown(header), segments, silences, filesUrl, problems },
    durationUs: Math.max(durationUs, segments.at(-1)?.untilUs ?? 0),
    stepTimes: steps.map(({ tUs }) => tUs),
    stepKindCodes: steps.map(({ kind }) => stepKinds.indexOf(kind)),
    screenshotTimes: screenshots.map(({ tUs }) => tUs),
  };
  return { playback, steps, screenshots };
}

async function* noting(shots: AsyncIterable<Screenshot>, all: Screenshot[]): AsyncGenerator<Screenshot> {
  for await (const shot of shots) {
    all.push(shot);
    yield shot;
  }
}

function played(step: Step, frame: FramePlace | null, indexes: ReadonlyMap<string, number>): PlayedStep {
  const segment = frame === null ? undefined : indexes.get(frame.file);
  return segment === undefined ? step : { ...step, frame: { segment, atUs: frame!.atUs } };
}

function silencesOf(steps: readonly Step[]): Silence[] {
  return steps.flatMap((step): Silence[] => {
    if (step.kind === 'pause') return [{ fromUs: step.tUs, untilUs: step.untilUs, why: 'pause' }];
    const since = { fromUs: step.fromUs ?? step.tUs, untilUs: step.untilUs };
    if (step.kind === 'redaction') return [{ ...since, why: 'redaction' }];
    return step.kind === 'gap' && step.missing === 'video' ? [{ ...since, why: 'video' }] : [];
  });
}

function shown(header: SessionHeader): Playback['header'] {
  const { createdAt, state, rebuilt, source, geometry, capabilities, redaction } = header;
  return { createdAt, state, rebuilt, source, geometry, capabilities, redaction };
}
