/** OpenSSL's words for an answer that is not TLS; node gives the code of any protocol error. */
const WORDS = /wrong version number|packet length too long|record layer failure/;

/** Whether whoever answered does not speak TLS. */
export function isNotTls({ code, message }: { code?: unknown; message: string }): boolean {
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code === 'ERR_SSL_PACKET_LENGTH_TOO_LONG') return true;
  return code === 'EPROTO' && WORDS.test(message);
}
