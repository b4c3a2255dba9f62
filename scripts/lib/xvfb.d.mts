export function startXvfb(size?: {
  width?: number;
  height?: number;
}): Promise<{ display: string; stop(): void }>;
