import path from 'node:path';
import { MP4, WEBM } from 'mediabunny';
import type { Logger } from '../../../shared/runtime';
import { withMediaInput } from '../bundle/mediaInput';

/** Whether any of a session's segments has sound; one that cannot be read has none that anybody could hear. */
export async function hasSound(folder: string, segments: readonly string[], log: Logger): Promise<boolean> {
  for (const segment of segments) {
    try {
      const file = path.join(folder, segment);
      if (
        await withMediaInput(
          file,
          [MP4, WEBM],
          async (input) => (await input.getPrimaryAudioTrack()) !== null,
        )
      )
        return true;
    } catch (error) {
      log.warn('segment not read for its sound', { segment, error: String(error) });
    }
  }
  return false;
}
