import type { AwsProfileKind } from '../../../shared/upload';

/** The settings of one profile, by their names in the file. */
export type Section = Readonly<Record<string, string>>;

/** What names may look like; the SDK takes no others. */
const NAMED = /^(?:profile\s+)(["']?)([\w\-@+.%:/]+)\1$/;
const BARE = /^[\w\-@+.%:/]+$/;

/**
 * The profiles in the text of one of AWS's two files. Nested settings are left out.
 * Source: AWS SDKs and Tools Reference Guide, "Format of the config file" and "Format of the credentials file".
 */
export function readProfileSections(text: string, file: 'config' | 'credentials'): Map<string, Section> {
  const profiles = new Map<string, Record<string, string>>();
  let current: Record<string, string> | undefined;
  let nested = false;
  for (const line of text.split(/\r?\n/)) {
    const content = line.replace(/(^|\s)[;#].*$/, '').trim();
    const header = /^\[(.*)\]$/.exec(content)?.[1]?.trim();
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

/** In the config file every profile but `default` is announced by the word "profile"; other sections are none. */
function profileName(header: string, file: 'config' | 'credentials'): string | undefined {
  if (header === '__proto__') return undefined;
  if (file === 'credentials') return BARE.test(header) ? header : undefined;
  const name = NAMED.exec(header)?.[2] ?? (header === 'default' ? header : undefined);
  return name === '__proto__' ? undefined : name;
}

/** Where a profile takes its keys from, in the order in which the SDK looks; undefined where it names nothing. */
export function kindOf(section: Section): AwsProfileKind | undefined {
  if (section.role_arn !== undefined && section.web_identity_token_file === undefined) return 'role';
  if (section.aws_access_key_id !== undefined)
    return section.aws_session_token === undefined ? 'keys' : 'temporary-keys';
  if (section.web_identity_token_file !== undefined) return 'web-identity';
  if (section.credential_process !== undefined) return 'process';
  if (section.sso_session !== undefined || section.sso_start_url !== undefined) return 'sso';
  return section.login_session === undefined ? undefined : 'login';
}
