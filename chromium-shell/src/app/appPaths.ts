import os from 'node:os';
import path from 'node:path';

/** Electron's named folders, as on Linux. */
export class AppPaths {
  readonly #set = new Map<string, string>();
  readonly #appName: () => string;

  constructor(appName: () => string) {
    this.#appName = appName;
  }

  set(name: string, folder: string): void {
    if (!path.isAbsolute(folder)) throw new Error('Path must be absolute');
    this.get(name); // throws for an unknown name
    this.#set.set(name, folder);
  }

  get(name: string): string {
    const found = this.#set.get(name) ?? this.#default(name);
    if (!found) throw new Error(`Failed to get '${name}' path`);
    return found;
  }

  #default(name: string): string | undefined {
    const home = homeFolder();
    const appData = process.env.XDG_CONFIG_HOME ?? path.join(home, '.config');
    switch (name) {
      case 'home':
        return home;
      case 'appData':
        return appData;
      case 'userData':
        return path.join(this.#set.get('appData') ?? appData, this.#appName());
      case 'sessionData':
        return this.get('userData');
      case 'temp':
        return os.tmpdir();
      case 'exe':
      case 'module':
        return process.env.SHELL_SELF ?? process.execPath;
      case 'logs':
        return path.join(this.get('userData'), 'logs');
      case 'crashDumps':
        return path.join(this.get('userData'), 'Crashpad');
      case 'desktop':
      case 'documents':
      case 'downloads':
      case 'music':
      case 'pictures':
      case 'videos':
        return path.join(home, name[0]!.toUpperCase() + name.slice(1));
      default:
        return undefined;
    }
  }
}

/** Like Chromium's base::GetHomeDir: never fails, even for a user without a passwd entry. */
function homeFolder(): string {
  try {
    return os.homedir();
  } catch {
    return os.tmpdir();
  }
}
