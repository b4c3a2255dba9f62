import type { CaptureOptions } from '../../../shared/recording';
import type { Platform } from '../../platformPort';

/** What can be recorded here, and with what. */
export async function findCaptureOptions(
  platform: Pick<Platform, 'listCaptureSources' | 'captureCapabilities'>,
  how: { thumbnails: boolean },
): Promise<CaptureOptions> {
  const [sources, capabilities] = await Promise.all([
    platform.listCaptureSources(how),
    platform.captureCapabilities(),
  ]);
  const microphone = capabilities.find(({ name }) => name === 'microphone');
  return { sources, capabilities, microphoneAvailable: microphone?.available ?? false };
}
