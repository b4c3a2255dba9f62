import { crc32 } from 'node:zlib';
import { combineCrc32 } from '../../lib/combineCrc32';
import type { PartRange } from './partPlan';
import type { Transfer } from './transfer';
import { bundleDamaged } from '../uploadFailures';

/**
 * Compares the bytes read from the file with the export's checksum: a disk may return wrong bytes while size and
 * manifest still match.
 * @param plan all parts, in order, each recorded as sent in the ledger
 * @throws ObjectStoreError `BundleDamaged`
 */
export async function requireAsMade(transfer: Transfer, plan: readonly PartRange[]): Promise<void> {
  const { madeCrc32, ledger } = transfer;
  if (madeCrc32 === undefined) return;
  const { checksumAlgorithm, parts } = ledger.multipart;
  const sent = new Map(
    checksumAlgorithm === 'CRC32' ? parts.map((part) => [part.number, part.checksum]) : [],
  );
  let whole = 0;
  for (const range of plan) {
    const known = fromBase64(sent.get(range.number)) ?? transfer.partCrcs.get(range.number);
    whole = combineCrc32(whole, known ?? (await readCrc(transfer, range)), range.size);
  }
  requireSame(whole, madeCrc32);
}

/** Like `requireAsMade`, for a file of one part. */
export function requireBodyAsMade({ madeCrc32 }: Transfer, body: Uint8Array): void {
  if (madeCrc32 !== undefined) requireSame(crc32(body), madeCrc32);
}

/** @throws ObjectStoreError `BundleDamaged` */
export function requireSame(found: number, made: number): void {
  const hex = (crc: number) => crc.toString(16).padStart(8, '0');
  if (found !== made) throw bundleDamaged(`CRC-32 ${hex(found)} instead of ${hex(made)}`);
}

/** For a part that an earlier run sent. */
function readCrc({ source, signal, buffers }: Transfer, range: PartRange): Promise<number> {
  return buffers.lend(range.size, signal, async (buffer) => crc32(await source.read(range, buffer)));
}

function fromBase64(checksum: string | undefined): number | undefined {
  return checksum === undefined ? undefined : Buffer.from(checksum, 'base64').readUInt32BE();
}
