/** Where a file goes, and what to do with an existing object. */
export type UploadTarget = {
  /** The whole key. */
  key: string;
  contentType: string;
  /** Stored with the object, in addition to the token of the upload. */
  metadata: Readonly<Record<string, string>>;
  /**
   * If an object exists at the key: `refuse` always refuses · `replace-own` overwrites one from an earlier upload of
   * the same owner, refuses any other · `replace` overwrites any object.
   */
  ifExists: 'refuse' | 'replace-own' | 'replace';
  /** The entry of `metadata` that identifies the owner of an object; for `replace-own`. */
  ownerEntry?: string;
  /**
   * How to verify that a file of one part is stored as sent. `head`: a HEAD request after the write · `reply`: the
   * checksum in the reply, if the server returns one. Default: `head`.
   */
  proof?: 'head' | 'reply';
};

/** One file to upload to one key. Only the caller interprets `jobId`. */
export type Job = {
  jobId: string;
  /** Absolute path of the file. */
  source: string;
  target: UploadTarget;
};
