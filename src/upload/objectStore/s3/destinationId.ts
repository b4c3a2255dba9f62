/** A unique id of one bucket on one server; each region of Amazon S3 counts as a server. */
export function destinationId(destination: { endpoint?: string; region: string; bucket: string }): string {
  const { endpoint, region, bucket } = destination;
  return `${endpoint ?? `aws:${region}`}/${bucket}`;
}
