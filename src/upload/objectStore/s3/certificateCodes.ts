/** Node's and OpenSSL's codes for a certificate that cannot be verified. */
const CERTIFICATE =
  /^(CERT_|UNABLE_TO_|DEPTH_ZERO_SELF_SIGNED|SELF_SIGNED|HOSTNAME_MISMATCH|ERR_TLS_CERT|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_EXCEEDED)/;

export function isOfCertificate(code: string | undefined): boolean {
  return code !== undefined && CERTIFICATE.test(code);
}
