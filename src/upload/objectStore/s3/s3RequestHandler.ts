import type { S3ClientConfig } from '@aws-sdk/client-s3';
import { assertS3Response } from './nonS3Response';
import type { HttpTransport, TransportOptions, TransportRequest } from './httpTransport';

/** `expiration`: when they end, where that is known. */
export type Credentials = {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
  expiration?: Date;
};

/** Our transport as the SDK's clients take it. It stays open when they go: closing it is up to whoever made it. */
export function createS3RequestHandler(transport: HttpTransport) {
  return {
    metadata: transport.metadata,
    async handle(request: TransportRequest, options?: TransportOptions) {
      const answered = await transport.handle(request, options);
      await assertS3Response(answered.response, request);
      // The SDK writes another status over it where it finds an error inside a success.
      const { statusCode: sentStatus } = answered.response;
      return { response: Object.assign(answered.response, { sentStatus }) };
    },
    httpHandlerConfigs: () => transport.httpHandlerConfigs(),
    updateHttpClientConfig: () => transport.updateHttpClientConfig(),
    destroy: () => {},
  };
}

/** The SDK's types know only its own classes of requests and replies. */
export function asRequestHandler(
  transport: ReturnType<typeof createS3RequestHandler>,
): S3ClientConfig['requestHandler'] {
  return transport as unknown as S3ClientConfig['requestHandler'];
}
