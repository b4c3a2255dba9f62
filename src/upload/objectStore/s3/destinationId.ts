/** Tells one bucket at one server from all others; Amazon S3 is one server for each region. */
export function destinationId(destination: { endpoint?: string; region: string; bucket: string }): string {
  const { endpoint, region, bucket } = destination;
  return `${endpoint ?? `aws:${region}`}/${bucket}`;
}
