import type { UploadConfigField } from './upload';

/** A problem with one field of a destination's settings. `shared/text/` has the sentences. */
export type FieldProblem =
  | {
      kind:
        | 'invisible'
        | 'bucket-missing'
        | 'bucket-is-arn'
        | 'bucket-length'
        | 'bucket-upper-case'
        | 'bucket-characters'
        | 'bucket-ends'
        | 'bucket-dots'
        | 'bucket-is-address'
        | 'bucket-reserved'
        | 'bucket-too-long'
        | 'bucket-characters-elsewhere'
        | 'region-missing'
        | 'region-unknown'
        | 'region-characters'
        | 'prefix-leading-slash'
        | 'prefix-dots'
        | 'prefix-double-slash'
        | 'prefix-too-long'
        | 'access-key-missing'
        | 'access-key-characters'
        | 'secret-missing'
        | 'secret-characters'
        | 'secret-of-other-endpoint'
        | 'secret-locked'
        | 'token-characters'
        | 'token-locked'
        | 'profile-missing'
        | 'profile-characters'
        | 'endpoint-invalid'
        | 'endpoint-with-user'
        | 'endpoint-with-query'
        | 'http-not-private'
        | 'http-not-allowed'
        | 'retries-out-of-range'
        | 'part-size-out-of-range'
        | 'limit-out-of-range'
        | 'ca-file-relative'
        | 'key-id-characters'
        | 'storage-class-archive'
        | 'storage-class-invalid'
        | 'tags-invalid'
        | 'too-many-tags'
        | 'tag-without-name'
        | 'tag-reserved'
        | 'tag-too-long'
        | 'tag-characters';
    }
  /** `most`: characters. */
  | { kind: 'too-long'; most: number }
  /** An endpoint that needs other requests than a bucket. */
  | { kind: 'bucket-unfit'; is: 'object-lambda' | 'multi-region' | 'directory' }
  /** `right`: the same endpoint without the bucket. */
  | { kind: 'endpoint-with-bucket'; bucket: string; right: string }
  | { kind: 'tag-twice'; name: string };

export type FieldProblemKind = FieldProblem['kind'];
export type FieldProblemOf<K extends FieldProblemKind> = Extract<FieldProblem, { kind: K }>;
export type FieldProblems = Partial<Record<UploadConfigField, FieldProblem>>;
