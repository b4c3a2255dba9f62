export declare const PROOF_PATH: string;
export declare const PROOF_HEADER: string;
export declare const NONCE: RegExp;
export declare function proofOf(
  secret: string,
  question: { nonce: string; address: string; port: number },
): string;
