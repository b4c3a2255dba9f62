/** Where a file goes, and what becomes of an object that stands there already. */
export type UploadTarget = {
  /** The whole key. */
  key: string;
  contentType: string;
  /** Kept with the object, beside the token of the upload that wrote it. */
  metadata: Readonly<Record<string, string>>;
  /**
   * `refuse` an object at the key · `replace-own` overwrite one that an earlier upload of the same owner left, refuse any
   * other · `replace` overwrite whatever stands there.
   */
  ifExists: 'refuse' | 'replace-own' | 'replace';
  /** The entry of `metadata` that tells the owner's objects from those of others; for `replace-own`. */
  ownerEntry?: string;
  /**
   * What proves that a file of one part is stored as it was sent. `head`: the bucket is asked after the write · `reply`: the
   * checksum that the server returns with its reply, where it returns one. Default: `head`.
   */
  proof?: 'head' | 'reply';
};

/** One file on its way to one key. `jobId` means something to the caller only. */
export type Job = {
  jobId: string;
  /** Absolute path of the file. */
  source: string;
  target: UploadTarget;
};
