import type { AwsProfileKind } from '../../../../shared/upload';

/** The settings of one profile, by their names in the file. */
export type Section = Readonly<Record<string, string>>;

/** The profile names that the SDK understands in a header. */
const SDK_NAME = /^[\w\-@+.%:/]+$/;

/**
 * Parses the profiles in one of AWS's two files. Omits nested settings.
 * Source: AWS SDKs and Tools Reference Guide, "Format of the config file" and "Format of the credentials file".
 */
export function readProfileSections(text: string, file: 'config' | 'credentials'): Map<string, Section> {
  const profiles = new Map<string, Record<string, string>>();
  let current: Record<string, string> | undefined;
  let nested = false;
  for (const line of text.split(/\r?\n/)) {
    const content = line.replace(/(^|\s)[;#].*$/, '').trim();
    const header = headerOf(line);
    if (header !== undefined) {
      const name = profileName(header, file);
      current = name === undefined ? undefined : (profiles.get(name) ?? {});
      if (name !== undefined) profiles.set(name, current!);
      nested = false;
      continue;
    }
    const [, key, value] = /^([^=\s]+)\s*=\s*(.*)$/.exec(content) ?? [];
    if (!current || key === undefined) continue;
    if (nested && /^\s/.test(line)) continue;
    nested = value === '';
    if (!nested) current[key] = value!;
  }
  return profiles;
}

/**
 * In the config file, the header of every profile except `default` begins with "profile"; other sections are not
 * profiles.
 */
function profileName(header: string, file: 'config' | 'credentials'): string | undefined {
  if (file === 'credentials') return asName(header);
  if (header === 'default') return header;
  const { kind, name } = readHeader(header);
  return kind === 'profile' ? name : undefined;
}

function readHeader(header: string): { kind?: string; name?: string } {
  const [, kind, rest] = /^([\w-]+)\s+(.+)$/.exec(header) ?? [];
  return { kind, name: rest === undefined ? undefined : asName(unquoted(rest)) };
}

function asName(name: string): string | undefined {
  return name === '' || name === '__proto__' ? undefined : name;
}

/**
 * A name as the AWS CLI writes it: with blanks it is quoted for a shell, `'my team'` or, with an apostrophe,
 * `'it'"'"'s'`.
 */
function unquoted(text: string): string {
  const pieces = text.matchAll(/'([^']*)'|"((?:[^"\\]|\\.)*)"|([^'"]+)/g);
  return [...pieces]
    .map(([, single, double, bare]) => single ?? double?.replace(/\\(.)/g, '$1') ?? bare ?? '')
    .join('')
    .trim();
}

/**
 * The config file with all names in a form that the SDK understands, because it cannot read names with blanks. Adds the
 * profiles with such names from the credentials file, whose format cannot express them.
 * @returns undefined if nothing needs to change
 */
export function plainConfig(config: string, credentials: string): string | undefined {
  let changed = false;
  const lines = config.split(/\r?\n/).map((line) => {
    const header = headerOf(line);
    const { kind, name } = header === undefined ? {} : readHeader(header);
    if (!kind || name === undefined || SDK_NAME.test(name)) return line;
    changed = true;
    return `[${kind}.${name}]`;
  });
  for (const [name, section] of readProfileSections(credentials, 'credentials')) {
    if (SDK_NAME.test(name)) continue;
    changed = true;
    lines.push(`[profile.${name}]`);
    for (const [key, value] of Object.entries(section)) lines.push(`${key} = ${value}`);
  }
  return changed ? `${lines.join('\n')}\n` : undefined;
}

function headerOf(line: string): string | undefined {
  const content = line.replace(/(^|\s)[;#].*$/, '').trim();
  return /^\[(.*)\]$/.exec(content)?.[1]?.trim();
}

/** The source of a profile's keys, in the SDK's order of precedence; undefined if it names none. */
export function kindOf(section: Section): AwsProfileKind | undefined {
  if (section.role_arn !== undefined && section.web_identity_token_file === undefined) return 'role';
  if (section.aws_access_key_id !== undefined)
    return section.aws_session_token === undefined ? 'keys' : 'temporary-keys';
  if (section.web_identity_token_file !== undefined) return 'web-identity';
  if (section.credential_process !== undefined) return 'process';
  if (section.sso_session !== undefined || section.sso_start_url !== undefined) return 'sso';
  return section.login_session === undefined ? undefined : 'login';
}
