import type { ChildProcessByStdio } from 'node:child_process';
import type { Readable } from 'node:stream';

type Runtime = { binary: string; env: Record<string, string> };
type App = ChildProcessByStdio<null, Readable, Readable>;

export function startApp(runtime: Runtime, args: string[], onOpen: () => void): App;
export function startedBy(): string;
export function askToQuit(
  app: App,
  request: { runtime: Runtime; args: string[]; signal: string; platform?: string },
): Promise<boolean>;
export function endApp(app: App, platform?: string): void;
