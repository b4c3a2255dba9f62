import type { Reply } from '../shared/appError';
import { CaptureSession } from './captureSession';

/** Refusals travel as values through the bridge; here they become errors again. */
async function accepted(reply: Promise<Reply<void>>): Promise<void> {
  const answer = await reply;
  if (!answer.ok) throw new Error(`${answer.error.code}: ${answer.error.message}`);
}

const { call, on } = window.sessionRecorder;

const session = new CaptureSession({
  report: (report) => accepted(call.captureReport(report)),
  chunk: (token, bytes, end) => accepted(call.captureChunk(token, bytes, end)),
  screenshot: (requestId, bytes) => accepted(call.captureScreenshot(requestId, bytes)),
});

on('capture:command', (command) => void session.run(command));
accepted(call.captureReport({ kind: 'ready' })).catch((error: unknown) => reportError(error));
