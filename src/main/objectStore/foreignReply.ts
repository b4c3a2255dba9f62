import type { IncomingMessage } from 'node:http';

/** A reply that no S3 server gives: a captive portal's page, a proxy's, a web server's. */
export class ForeignReply extends Error {
  readonly httpStatus: number;
  readonly headers: Record<string, string>;
  /** Whether it pretends that all is well, or leads elsewhere: what a captive portal does. */
  readonly pretendsSuccess: boolean;
  constructor(httpStatus: number, headers: Record<string, string>) {
    super(`an HTML page with status ${httpStatus} instead of an S3 reply`);
    this.name = 'ForeignReply';
    this.httpStatus = httpStatus;
    this.headers = headers;
    this.pretendsSuccess = httpStatus < 400 || httpStatus === 511;
  }
}

/**
 * Throws for a page of HTML that comes without any of S3's own headers. Errors of a gateway in front (5xx, 429) pass:
 * their status says enough.
 */
export function refuseForeignReply(response: {
  statusCode: number;
  headers: Record<string, string>;
  body: unknown;
}): void {
  const { statusCode, headers, body } = response;
  const isHtml = /^text\/html\b/i.test(headers['content-type'] ?? '');
  const isS3 = Object.keys(headers).some((name) => name.startsWith('x-amz-') || name === 'x-trans-id');
  const isGatewayError = (statusCode >= 500 && statusCode !== 511) || statusCode === 429;
  if (!isHtml || isS3 || isGatewayError) return;
  (body as IncomingMessage).destroy();
  throw new ForeignReply(statusCode, headers);
}
