import { X509Certificate } from 'node:crypto';
import tls, { type SecureContext } from 'node:tls';

let roots: string[] | undefined;
const contexts = new Map<string, SecureContext>();

/**
 * Trusts the authorities that come with Node, those of the system's store and of NODE_EXTRA_CA_CERTS, and `ca`. Cached
 * for each `ca`: reading some hundred certificates takes tens of milliseconds.
 * @param ca PEM text
 */
export function trusting(ca = ''): SecureContext {
  const known = contexts.get(ca);
  if (known) return known;
  roots ??= readRoots();
  const context = tls.createSecureContext({ ca: ca ? [...roots, ca] : roots });
  contexts.set(ca, context);
  return context;
}

function readRoots(): string[] {
  const all = new Set([...tls.rootCertificates, ...stored('extra'), ...stored('system')]);
  return [...all].filter(isReadable);
}

/** An unreadable store adds nothing; Node's own authorities are trusted anyway. */
function stored(kind: 'extra' | 'system'): string[] {
  try {
    return tls.getCACertificates(kind);
  } catch {
    return [];
  }
}

/** A single unreadable certificate would make TLS reject the whole list. */
function isReadable(pem: string): boolean {
  try {
    new X509Certificate(pem);
    return true;
  } catch {
    return false;
  }
}
