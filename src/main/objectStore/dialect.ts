import { destinationId } from './destinationId';
import { ServerClock } from './serverClock';

/**
 * What one server was found not to take, and how far its clock is from this computer's. Every store and every link to the
 * server shares it, so that each finding is made once.
 */
export class Dialect {
  /** `x-amz-checksum-mode` on HEAD. */
  checksumMode = true;
  /** HEAD itself; false where only GET is answered. */
  headRequests = true;
  /** `Expect: 100-continue`. */
  expectContinue = true;
  /** `x-amz-content-sha256: UNSIGNED-PAYLOAD` over https. */
  unsignedPayload = true;
  /** `response-content-disposition` in a link. */
  namedDownloads = true;
  readonly clock = new ServerClock();
}

/** One dialect for each server and bucket, for as long as the app runs. */
export class Dialects {
  private readonly known = new Map<string, Dialect>();

  of(destination: Parameters<typeof destinationId>[0]): Dialect {
    const place = destinationId(destination);
    const found = this.known.get(place) ?? new Dialect();
    this.known.set(place, found);
    return found;
  }
}
