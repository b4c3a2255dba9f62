/** `host:port` of an endpoint. Absent for Amazon S3, empty for what is no address. */
export function hostOf(endpoint: string | undefined): string | undefined {
  if (!endpoint) return undefined;
  // A record that came with a copied folder may name anything.
  return URL.parse(endpoint)?.host ?? '';
}
