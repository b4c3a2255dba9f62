import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

type Keys = { accessKeyId: string; secretAccessKey: string; sessionToken?: string };

/** Notes that it was asked, then answers what the file beside it says. */
const SCRIPT = `
import { appendFileSync, readFileSync } from 'node:fs';
const folder = import.meta.dirname;
appendFileSync(folder + '/asked', 'x');
const answers = JSON.parse(readFileSync(folder + '/answers.json', 'utf8'));
const asked = readFileSync(folder + '/asked', 'utf8').length;
const answer = answers[Math.min(asked, answers.length) - 1];
if (answer.fail) { console.error(answer.fail); process.exit(3); }
if (answer.hang) setTimeout(() => {}, 20_000);
else console.log(JSON.stringify(answer.give));
`;

/** A folder with AWS's two files and a real program that hands out credentials, as `credential_process` wants it. */
export class CredentialProcess {
  /** Names the files to whoever looks for profiles. */
  readonly env: { HOME: string; AWS_CONFIG_FILE: string; AWS_SHARED_CREDENTIALS_FILE: string };

  private constructor(readonly folder: string) {
    const file = (name: string) => path.join(folder, name);
    this.env = {
      HOME: folder,
      AWS_CONFIG_FILE: file('config'),
      AWS_SHARED_CREDENTIALS_FILE: file('credentials'),
    };
  }

  static async make(): Promise<CredentialProcess> {
    const made = new CredentialProcess(await mkdtemp(path.join(os.tmpdir(), 'credential-process-')));
    await made.write(
      'config',
      `[profile team]\nregion = eu-central-1\ncredential_process = ${made.command}\n`,
    );
    await made.write('give-keys.mjs', SCRIPT);
    await made.write('asked', '');
    await chmod(path.join(made.folder, 'give-keys.mjs'), 0o700);
    return made;
  }

  get command(): string {
    return `"${process.execPath}" "${path.join(this.folder, 'give-keys.mjs')}" --password hunter2`;
  }

  /** What it says the first time, the second …; the last answer stays. Counts anew. */
  async answer(
    ...answers: ({ keys: Keys; expiresAtMs?: number } | { fail: string } | { hang: true })[]
  ): Promise<void> {
    await this.write('asked', '');
    const content = answers.map((answer) => ('keys' in answer ? { give: processOutput(answer) } : answer));
    await this.write('answers.json', JSON.stringify(content));
  }

  /** How often it was asked since the last `answer`. */
  async asked(): Promise<number> {
    return (await readFile(path.join(this.folder, 'asked'), 'utf8')).length;
  }

  async write(name: 'config' | 'credentials' | (string & {}), content: string): Promise<void> {
    await writeFile(path.join(this.folder, name), content);
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

function processOutput({ keys, expiresAtMs }: { keys: Keys; expiresAtMs?: number }) {
  return {
    Version: 1,
    AccessKeyId: keys.accessKeyId,
    SecretAccessKey: keys.secretAccessKey,
    SessionToken: keys.sessionToken,
    Expiration: expiresAtMs === undefined ? undefined : new Date(expiresAtMs).toISOString(),
  };
}
