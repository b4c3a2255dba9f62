import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { ObjectStoreError } from '../objectStore';

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
