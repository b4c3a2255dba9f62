import type { Reply } from '../shared/appError';
import { CaptureSession } from './captureSession';
import { askLayout, KeyboardWatch } from './keyboardWatch';

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

/** Somebody switches between layouts, and types on, in about this time. */
const LAYOUT_EVERY_MS = 2000;
const keyboard = new KeyboardWatch({
  ask: askLayout,
  tell: (keys) => accepted(call.captureReport({ kind: 'keyboard', keys })),
});
const lookAtKeyboard = () => void keyboard.look().catch((error: unknown) => reportError(error));

on('capture:command', (command) => {
  if (command.kind === 'start') {
    keyboard.tellAgain();
    lookAtKeyboard();
  }
  void session.run(command);
});
setInterval(lookAtKeyboard, LAYOUT_EVERY_MS);
accepted(call.captureReport({ kind: 'ready' })).catch((error: unknown) => reportError(error));
