import { X509Certificate } from 'node:crypto';
import tls, { type SecureContext } from 'node:tls';
import { readFileSync } from 'node:fs';
import { ObjectStoreError } from '../objectStore';

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

/**
 * Reads the certificate authorities in a PEM file.
 * @throws ObjectStoreError `CaFileUnusable`, needs-user, if it cannot be read or contains no certificate: TLS would
 * otherwise ignore it and report an untrusted server
 */
export function readCaFile(file: string): string {
  try {
    const pem = readFileSync(file, 'utf8');
    // Throws for anything but a certificate; checks only the first of several.
    new X509Certificate(pem);
    return pem;
  } catch (cause) {
    const facts = { kind: 'ca-file-unusable' } as const;
    const problem = { code: 'CaFileUnusable', facts, details: `${file}: ${String(cause)}` };
    throw new ObjectStoreError({ verdict: 'needs-user', problem }, { cause });
  }
}
