import type { S3ClientConfig } from '@aws-sdk/client-s3';
import { refuseForeignReply } from './foreignReply';
import type { Wire, WireOptions, WireRequest } from './wire';

/** `expiration`: when they end, where that is known. */
export type Credentials = {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
  expiration?: Date;
};

/** Our transport as the SDK's clients take it. It stays open when they go: closing it is up to whoever made it. */
export function sdkTransport(wire: Wire) {
  return {
    metadata: wire.metadata,
    async handle(request: WireRequest, options?: WireOptions) {
      const answered = await wire.handle(request, options);
      await refuseForeignReply(answered.response, request);
      // The SDK writes another status over it where it finds an error inside a success.
      const { statusCode: sentStatus } = answered.response;
      return { response: Object.assign(answered.response, { sentStatus }) };
    },
    httpHandlerConfigs: () => wire.httpHandlerConfigs(),
    updateHttpClientConfig: () => wire.updateHttpClientConfig(),
    destroy: () => {},
  };
}

/** The SDK's types know only its own classes of requests and replies. */
export function asRequestHandler(
  transport: ReturnType<typeof sdkTransport>,
): S3ClientConfig['requestHandler'] {
  return transport as unknown as S3ClientConfig['requestHandler'];
}
