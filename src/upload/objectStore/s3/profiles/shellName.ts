/** A profile's name as an argument in a shell. */
export function shellName(profile: string): string {
  return /^[\w@%+=:,./-]+$/.test(profile) ? profile : `"${profile}"`;
}
