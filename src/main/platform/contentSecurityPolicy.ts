/**
 * The Content-Security-Policy of the app's pages. 'self' is the app's origin.
 * @param filesUrl where session files are served; only images and videos may load from there
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
