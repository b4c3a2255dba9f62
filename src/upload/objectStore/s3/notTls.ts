/** OpenSSL's messages for a reply that is not TLS; Node reports the code of a general protocol error. */
const WORDS = /wrong version number|packet length too long|record layer failure/;

/** Whether the peer does not speak TLS. */
export function isNotTls({ code, message }: { code?: unknown; message: string }): boolean {
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code === 'ERR_SSL_PACKET_LENGTH_TOO_LONG') return true;
  return code === 'EPROTO' && WORDS.test(message);
}
