import type { Reply } from '../shared/appError';
import { CaptureSession } from './captureSession';
import { askLayout, KeyboardWatch } from './keyboardWatch';

/** The bridge returns refusals as values; this turns them into errors. */
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

/** The shortest time in which a user switches layouts and continues typing. */
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
