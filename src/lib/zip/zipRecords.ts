/** One stored (uncompressed) file of a zip. */
export type ZipRecord = {
  /** With forward slashes; written as UTF-8. */
  name: string;
  size: number;
  crc32: number;
  /** Offset of its local header from the start of the file, in bytes. */
  offset: number;
  modifiedAt: Date;
};

// Names follow PKWARE's APPNOTE 6.3.10; numbers in parentheses are its sections.
const LOCAL_FILE_HEADER = 0x04034b50;
const CENTRAL_FILE_HEADER = 0x02014b50;
const ZIP64_END = 0x06064b50;
const ZIP64_END_LOCATOR = 0x07064b50;
const END = 0x06054b50;
const MAX_32 = 0xffff_ffff;
const MAX_16 = 0xffff;
/** General purpose bit 11: the name is UTF-8. (4.4.4) */
const UTF8_NAME = 0x0800;
/** A version that supports folders, and one that supports zip64. (4.4.3) */
const VERSION_PLAIN = 20;
const VERSION_ZIP64 = 45;
/** Made on Unix, so that readers take the attributes below as a mode. (4.4.2) */
const MADE_ON_UNIX = 3 << 8;
const REGULAR_FILE_644 = (0o100644 << 16) >>> 0;
const ZIP64_EXTRA = 0x0001;
/** Info-ZIP's "UT" field: the time in seconds since 1970, UTC. A zip's own times are local. */
const TIME_EXTRA = 0x5455;

/** The header before a file's data. A size of 4 GiB − 1 or more uses zip64. */
export function localFileHeader({ name, size, crc32, modifiedAt }: ZipRecord): Buffer {
  const big = size >= MAX_32;
  const extra = Buffer.concat([...(big ? [zip64Extra([size, size])] : []), timeExtra(modifiedAt)]);
  const nameBytes = Buffer.from(name);
  const fixed = Buffer.alloc(30);
  fixed.writeUInt32LE(LOCAL_FILE_HEADER, 0);
  fixed.writeUInt16LE(big ? VERSION_ZIP64 : VERSION_PLAIN, 4);
  writeShared(fixed, 6, { crc32, modifiedAt, size: big ? MAX_32 : size });
  fixed.writeUInt16LE(nameBytes.length, 26);
  fixed.writeUInt16LE(extra.length, 28);
  return Buffer.concat([fixed, nameBytes, extra]);
}

/** A file's entry in the central directory. */
export function centralFileHeader({ name, size, crc32, offset, modifiedAt }: ZipRecord): Buffer {
  const big = size >= MAX_32 || offset >= MAX_32;
  const extra = Buffer.concat([...(big ? [zip64Extra([size, size, offset])] : []), timeExtra(modifiedAt)]);
  const nameBytes = Buffer.from(name);
  const fixed = Buffer.alloc(46);
  fixed.writeUInt32LE(CENTRAL_FILE_HEADER, 0);
  fixed.writeUInt16LE(MADE_ON_UNIX | (big ? VERSION_ZIP64 : VERSION_PLAIN), 4);
  fixed.writeUInt16LE(big ? VERSION_ZIP64 : VERSION_PLAIN, 6);
  writeShared(fixed, 8, { crc32, modifiedAt, size: big ? MAX_32 : size });
  fixed.writeUInt16LE(nameBytes.length, 28);
  fixed.writeUInt16LE(extra.length, 30);
  fixed.writeUInt32LE(REGULAR_FILE_644, 38);
  fixed.writeUInt32LE(big ? MAX_32 : offset, 42);
  return Buffer.concat([fixed, nameBytes, extra]);
}

/** The end of the zip: the number of entries in the central directory, and its position. */
export function endRecords(table: { count: number; offset: number; size: number }): Buffer {
  const end = Buffer.alloc(22);
  end.writeUInt32LE(END, 0);
  end.writeUInt16LE(Math.min(table.count, MAX_16), 8);
  end.writeUInt16LE(Math.min(table.count, MAX_16), 10);
  end.writeUInt32LE(Math.min(table.size, MAX_32), 12);
  end.writeUInt32LE(Math.min(table.offset, MAX_32), 16);
  const fits = table.count < MAX_16 && table.size < MAX_32 && table.offset < MAX_32;
  return fits ? end : Buffer.concat([zip64EndRecords(table), end]);
}

function zip64EndRecords({ count, offset, size }: { count: number; offset: number; size: number }): Buffer {
  const end = Buffer.alloc(56);
  end.writeUInt32LE(ZIP64_END, 0);
  // Excludes its own first twelve bytes. (4.3.14.1)
  end.writeBigUInt64LE(BigInt(end.length - 12), 4);
  end.writeUInt16LE(MADE_ON_UNIX | VERSION_ZIP64, 12);
  end.writeUInt16LE(VERSION_ZIP64, 14);
  end.writeBigUInt64LE(BigInt(count), 24);
  end.writeBigUInt64LE(BigInt(count), 32);
  end.writeBigUInt64LE(BigInt(size), 40);
  end.writeBigUInt64LE(BigInt(offset), 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(ZIP64_END_LOCATOR, 0);
  locator.writeBigUInt64LE(BigInt(offset + size), 8);
  locator.writeUInt32LE(1, 16);
  return Buffer.concat([end, locator]);
}

/** The fields that both headers share, in this order: flags, method 0 (stored), time, date, CRC-32, both sizes. */
function writeShared(
  into: Buffer,
  at: number,
  { crc32, modifiedAt, size }: Pick<ZipRecord, 'crc32' | 'modifiedAt' | 'size'>,
): void {
  const { time, date } = dosTime(modifiedAt);
  into.writeUInt16LE(UTF8_NAME, at);
  into.writeUInt16LE(time, at + 4);
  into.writeUInt16LE(date, at + 6);
  into.writeUInt32LE(crc32, at + 8);
  into.writeUInt32LE(size, at + 12);
  into.writeUInt32LE(size, at + 16);
}

function zip64Extra(values: number[]): Buffer {
  const extra = Buffer.alloc(4 + 8 * values.length);
  extra.writeUInt16LE(ZIP64_EXTRA, 0);
  extra.writeUInt16LE(8 * values.length, 2);
  for (const [index, value] of values.entries()) extra.writeBigUInt64LE(BigInt(value), 4 + 8 * index);
  return extra;
}

function timeExtra(modifiedAt: Date): Buffer {
  const extra = Buffer.alloc(9);
  extra.writeUInt16LE(TIME_EXTRA, 0);
  extra.writeUInt16LE(5, 2);
  extra.writeUInt8(1, 4);
  extra.writeInt32LE(Math.max(0, Math.min(0x7fff_ffff, Math.floor(modifiedAt.getTime() / 1000))), 5);
  return extra;
}

/** Local time from 1980 to 2107, in steps of two seconds. (4.4.6) */
function dosTime(moment: Date): { time: number; date: number } {
  const year = Math.max(1980, Math.min(2107, moment.getFullYear()));
  return {
    time: (moment.getHours() << 11) | (moment.getMinutes() << 5) | (moment.getSeconds() >> 1),
    date: ((year - 1980) << 9) | ((moment.getMonth() + 1) << 5) | moment.getDate(),
  };
}
