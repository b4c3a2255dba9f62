/** `host:port` of an endpoint. Absent for Amazon S3, empty for an invalid address. */
export function hostOf(endpoint: string | undefined): string | undefined {
  if (!endpoint) return undefined;
  // A record in a copied folder may contain anything.
  return URL.parse(endpoint)?.host ?? '';
}
