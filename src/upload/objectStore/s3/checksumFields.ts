import type { Checksum } from '../objectStore';

/** The fields of S3's requests and replies that contain a checksum. */
export type ChecksumFields = { ChecksumCRC32?: string; ChecksumCRC64NVME?: string };

/** The fields that send a checksum with a body. */
export function toBodyFields(checksum: Checksum | undefined): ChecksumFields & { ContentMD5?: string } {
  if (!checksum) return {};
  if (checksum.algorithm === 'MD5') return { ContentMD5: checksum.value };
  return toPartFields(checksum);
}

/** The fields that list a part's checksum in CompleteMultipartUpload. MD5 has none there: it is the ETag. */
export function toPartFields(checksum: Checksum | undefined): ChecksumFields {
  if (checksum?.algorithm === 'CRC32') return { ChecksumCRC32: checksum.value };
  if (checksum?.algorithm === 'CRC64NVME') return { ChecksumCRC64NVME: checksum.value };
  return {};
}

/** The checksum in a reply, if the server keeps one. */
export function fromFields(fields: ChecksumFields): Checksum | undefined {
  if (fields.ChecksumCRC32) return { algorithm: 'CRC32', value: fields.ChecksumCRC32 };
  if (fields.ChecksumCRC64NVME) return { algorithm: 'CRC64NVME', value: fields.ChecksumCRC64NVME };
  return undefined;
}
