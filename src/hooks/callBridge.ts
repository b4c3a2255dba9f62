import type { Reply } from '../shared/appError';
import type { Bridge } from '../shared/bridge';

/**
 * Calls main and always resolves to a `Reply`: if a command could not be delivered (main is gone, the arguments could
 * not be cloned), the result has the shape of a refusal.
 */
export async function callBridge<T>(send: (call: Bridge['call']) => Promise<Reply<T>>): Promise<Reply<T>> {
  try {
    return await send(window.sessionRecorder.call);
  } catch (cause) {
    return {
      ok: false,
      error: {
        code: 'BridgeFailed',
        message: 'The app did not answer.',
        action: 'Close Session Recorder and open it again. Nothing recorded is lost.',
        details: String(cause),
      },
    };
  }
}
