/** What the contract promises and not every server keeps. */
export type Behaviour =
  | 'keeps the checksum of an object'
  | 'refuses a wrong CRC'
  | 'keeps the checksums of parts'
  | 'keeps a composite CRC32'
  | 'keeps a full-object CRC64NVME'
  | 'If-None-Match on PutObject'
  | 'If-None-Match on CompleteMultipartUpload'
  | 'a right If-Match on PutObject'
  | 'If-Match on PutObject'
  | 'If-Match on CompleteMultipartUpload'
  | 'tells the ETag when an upload completes'
  | 'knows that a lost upload cannot complete'
  | 'forgets a completed upload'
  | 'names an unknown access key'
  | 'refuses a small part';

/** `instead`: the outcome the contract sees on that server. */
export type KnownExceptions = Partial<Record<Behaviour, { instead: unknown; why: string }>>;

const noChecksums: KnownExceptions = {
  'keeps the checksum of an object': { instead: 'none', why: 'knows no checksum headers' },
  'refuses a wrong CRC': { instead: 'ok', why: 'ignores checksum headers' },
  'keeps the checksums of parts': { instead: [], why: 'knows no checksum headers' },
  'keeps a composite CRC32': { instead: 'none', why: 'knows no checksum headers' },
  'keeps a full-object CRC64NVME': { instead: 'none', why: 'knows no checksum headers' },
};

/** Ceph RADOS Gateway 16.2. */
export const cephExceptions: KnownExceptions = {
  ...noChecksums,
  'If-None-Match on CompleteMultipartUpload': { instead: 'ok', why: 'ignores conditions on Complete' },
  'a right If-Match on PutObject': {
    instead: 'conflict PreconditionFailed',
    why: 'compares the ETag with its quotation marks',
  },
  'If-Match on CompleteMultipartUpload': { instead: 'ok', why: 'ignores conditions on Complete' },
  'tells the ETag when an upload completes': { instead: 'none', why: 'the reply has an empty ETag' },
  'knows that a lost upload cannot complete': {
    instead: 'retry',
    why: 'answers 500 InternalError, as if another Complete were running',
  },
};

/** OpenStack Swift 2.30 with s3api. */
export const swiftExceptions: KnownExceptions = {
  ...noChecksums,
  'If-None-Match on PutObject': { instead: 'needs-user NotImplemented', why: 'answers 501' },
  'a right If-Match on PutObject': { instead: 'needs-user NotImplemented', why: 'answers 501' },
  'If-Match on PutObject': { instead: 'needs-user NotImplemented', why: 'answers 501' },
  'forgets a completed upload': { instead: 'ok', why: 'still lists the parts: they are what the object is' },
  'names an unknown access key': {
    instead: 'needs-user SignatureDoesNotMatch',
    why: 'does not tell an unknown key from a wrong secret',
  },
};
