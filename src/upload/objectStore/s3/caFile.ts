import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { ObjectStoreError } from '../objectStore';

/**
 * The certificate authorities in a PEM file.
 * @throws ObjectStoreError `CaFileUnusable`, needs-user, when it cannot be read or holds no certificate: TLS would
 *   otherwise go on without it and blame the server.
 */
export function readCaFile(file: string): string {
  try {
    const pem = readFileSync(file, 'utf8');
    // Throws on anything but a certificate; of several it reads the first.
    new X509Certificate(pem);
    return pem;
  } catch (cause) {
    const facts = { kind: 'ca-file-unusable' } as const;
    const problem = { code: 'CaFileUnusable', facts, details: `${file}: ${String(cause)}` };
    throw new ObjectStoreError({ verdict: 'needs-user', problem }, { cause });
  }
}
