import type { Platform } from './types';

export function createApp(platform: Platform): { start(): Promise<void> } {
  return {
    async start() {
      await platform.windows.openMain();
    },
  };
}
