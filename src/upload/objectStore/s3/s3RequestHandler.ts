import type { S3ClientConfig } from '@aws-sdk/client-s3';
import { assertS3Response } from './nonS3Response';
import type { HttpTransport, TransportOptions, TransportRequest } from './httpTransport';

/** `expiration`: when they expire, if known. */
export type Credentials = {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
  expiration?: Date;
};

/** Adapts our transport to the SDK's clients. It stays open when a client is destroyed: its creator closes it. */
export function createS3RequestHandler(transport: HttpTransport) {
  return {
    metadata: transport.metadata,
    async handle(request: TransportRequest, options?: TransportOptions) {
      const answered = await transport.handle(request, options);
      await assertS3Response(answered.response, request);
      // The SDK overwrites the status if it finds an error inside a success.
      const { statusCode: sentStatus } = answered.response;
      return { response: Object.assign(answered.response, { sentStatus }) };
    },
    httpHandlerConfigs: () => transport.httpHandlerConfigs(),
    updateHttpClientConfig: () => transport.updateHttpClientConfig(),
    destroy: () => {},
  };
}

/** The SDK's types only know its own classes of requests and replies. */
export function asRequestHandler(
  transport: ReturnType<typeof createS3RequestHandler>,
): S3ClientConfig['requestHandler'] {
  return transport as unknown as S3ClientConfig['requestHandler'];
}
