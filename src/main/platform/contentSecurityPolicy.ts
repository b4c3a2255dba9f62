/**
 * What our own pages may load and do. 'self' is the app's origin.
 * @param filesUrl where the files of sessions are, which only images and videos may come from
 */
export function contentSecurityPolicy(filesUrl: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    `img-src data: ${filesUrl}`,
    `media-src ${filesUrl}`,
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
