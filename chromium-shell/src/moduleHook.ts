import Module from 'node:module';

type Internals = {
  _load(id: string, ...rest: unknown[]): unknown;
  _resolveFilename(id: string, ...rest: unknown[]): string;
};

const names = new Set(['electron', 'electron/main', 'electron/common']);

/** Makes require('electron') return the shell's module; Electron itself replaces the same two functions. */
export function provideElectron(electron: object): void {
  const internals = Module as unknown as Internals;
  const load = internals._load.bind(Module);
  const resolveFilename = internals._resolveFilename.bind(Module);
  internals._load = (id, ...rest) => (names.has(id) ? electron : load(id, ...rest));
  internals._resolveFilename = (id, ...rest) => (names.has(id) ? id : resolveFilename(id, ...rest));
}
