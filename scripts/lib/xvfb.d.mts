export function startXvfb(size?: {
  width?: number;
  height?: number;
}): Promise<{ display: string; stop(): void }>;
export function startDesktop(
  size?: { width?: number; height?: number },
  inElectron?: boolean,
): Promise<{ display: string; stop(): void }>;
