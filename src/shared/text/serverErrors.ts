import type { FactsOf, ProblemKind } from '../problem';
import {
  ASK_ADMIN,
  RETRIES,
  resumesAfter,
  serverFirst,
  serverName,
  thenAgain,
  type Text,
  type UserMessage,
  type WordsFor,
} from './words';

const CHECK_ENDPOINT: Text = { app: 'Check the endpoint in the settings.', terminal: 'Check --endpoint.' };
const SET_CA_FILE: Text = {
  app: 'Set a CA file in the settings, under Advanced: the certificate of the authority that signed it.',
  terminal: 'Give the certificate of the authority that signed it with --ca-file.',
};

/** Failures to reach the server, and replies from something else in its place. */
export const serverErrors = {
  unreachable: ({ server }) => ({
    message: `${serverFirst(server)} cannot be reached.`,
    ...resumesAfter('Check the network and the endpoint'),
  }),
  'connection-refused': ({ server }) => ({
    message: `${serverFirst(server)} refuses connections.`,
    ...resumesAfter('Check that the server runs, and the endpoint’s port'),
  }),
  'handshake-stalled': ({ server }) => ({
    message: `${serverFirst(server)} accepts connections but does not answer.`,
    ...resumesAfter('Check that the server runs, and the endpoint’s port'),
  }),
  'server-not-proven': ({ server }) => ({
    message: `Another program answers at ${serverName(server)} in place of the local bucket. Nothing was sent to it.`,
    ...resumesAfter('Quit the app and start it again with --local-bucket'),
    finalAction: {
      app: 'Quit the app and start it again with --local-bucket, then try again.',
      terminal: 'Start the local bucket again, then run the same command again.',
    },
  }),
  'sign-in-page': () => ({
    message: 'The network answers with a sign-in page instead of the server.',
    ...resumesAfter('Sign in to the network in a browser'),
  }),
  'broken-off': (facts) => ({
    message: `The connection to ${serverName(facts.server)} broke off${gatewayAnswer(facts)}.`,
    ...RETRIES,
  }),
  'trickled-reply': ({ server }) => ({
    message: `${serverFirst(server)} answers far too slowly.`,
    ...RETRIES,
  }),
  throttled: ({ server }) => ({
    message: `${serverFirst(server)} is busy and asked for a pause.`,
    ...RETRIES,
  }),
  refused: ({ server }) => ({ message: `${serverFirst(server)} refused the request.`, action: ASK_ADMIN }),
  'web-page': ({ server }) => ({
    message: `A web page answers at ${serverName(server)}, not a storage server.`,
    action: CHECK_ENDPOINT,
  }),
  'not-tls': ({ server }) => ({
    message: `${serverFirst(server)} does not use https.`,
    action: {
      app: 'Check the endpoint in the settings: its port, and http or https.',
      terminal: 'Check --endpoint: its port, and http or https.',
    },
  }),
  'certificate-date': ({ server }) => ({
    message: `The certificate of ${serverName(server)} is not valid on this computer’s date.`,
    action: 'Check this computer’s date. If it is right, the server needs a new certificate.',
  }),
  'certificate-name': ({ server }) => ({
    message: `The certificate shown belongs to a server other than ${serverName(server)}.`,
    action: CHECK_ENDPOINT,
  }),
  'certificate-untrusted': ({ server }) => ({
    message: `The certificate of ${serverName(server)} is not trusted on this computer.`,
    action: SET_CA_FILE,
  }),
  redirected: ({ server, status }) => ({
    message: `${serverFirst(server)} answers with a redirect (${status}).`,
    action: CHECK_ENDPOINT,
  }),
  'redirected-to-page': ({ server, to }) => ({
    message: `${serverFirst(server)} redirects to ${to}.`,
    action: {
      app: 'Check the endpoint in the settings: this looks like a web page, not a storage server.',
      terminal: 'Check --endpoint: this looks like a web page, not a storage server.',
    },
  }),
  'redirected-elsewhere': ({ server, to }) => ({
    message: `${serverFirst(server)} redirects to ${to}.`,
    action: {
      app: `If that is your server, set the endpoint to ${to} in the settings.`,
      terminal: `If that is your server, give --endpoint ${to}.`,
    },
  }),
  'redirected-to-http': ({ server, to }) => ({
    message: `${serverFirst(server)} redirects to ${to}, which is not encrypted.`,
    action: 'Ask the server’s administrator to serve https. This redirect is not followed.',
  }),
  'https-only': ({ server, endpoint }) => ({
    message: `${serverFirst(server)} accepts https connections only.`,
    action: {
      app: `Set the endpoint to ${endpoint} in the settings.`,
      terminal: `Give --endpoint ${endpoint}.`,
    },
  }),
  'gateway-refused': gatewayWords,
  'clock-wrong': ({ aheadMs }) => ({
    message: `This computer’s clock is ${clockOff(aheadMs)}, and the server rejects that.`,
    action: thenAgain('Set the date and time of this computer'),
  }),
  'ca-file-unusable': () => ({
    message: 'The CA file cannot be used.',
    action: {
      app: 'Choose a PEM file with the certificate of your server’s authority, or set no CA file.',
      terminal: 'Give --ca-file a PEM file with the certificate of your server’s authority, or leave it out.',
    },
  }),
  'proxy-unreachable': ({ proxy, variable }) => ({
    message: `The proxy ${proxy} cannot be reached.`,
    ...resumesAfter(`Check the network, and the proxy in ${variable}`),
  }),
  'proxy-silent': ({ proxy, variable }) => ({
    message: `The proxy ${proxy} accepts connections but does not answer.`,
    ...resumesAfter(`Check the proxy in ${variable}, and whether it expects http or https`),
  }),
  'proxy-not-tls': ({ proxy, variable }) => ({
    message: `The proxy ${proxy} does not use https.`,
    action: afterRestart(`Begin its address in ${variable} with http://`),
  }),
  'proxy-cannot-reach-server': ({ proxy, server }) => ({
    message: `The proxy ${proxy} cannot reach ${serverName(server)}.`,
    ...resumesAfter('Check the network and the endpoint'),
  }),
  'proxy-wants-sign-in': ({ proxy, variable }) => ({
    message: `The proxy ${proxy} requires a user name and a password, or rejects those it was given.`,
    action: afterRestart(`Put them into its address in ${variable}`),
  }),
  'proxy-refused': ({ proxy, server }) => ({
    message: `The proxy ${proxy} does not allow connections to ${serverName(server)}.`,
    action: 'Ask the proxy’s administrator to allow it, or exclude the server with NO_PROXY.',
  }),
  'proxy-certificate': ({ proxy }) => ({
    message: `The certificate of the proxy ${proxy} is not trusted on this computer.`,
    action: SET_CA_FILE,
  }),
  'proxy-unusable': ({ variable }) => ({
    message: `The proxy in the environment variable ${variable} cannot be used.`,
    action: {
      app: 'Set it to an http or https proxy, or unset it, then restart the app.',
      terminal: 'Set it to an http or https proxy, or unset it, then run the same command again.',
    },
  }),
} satisfies Partial<WordsFor<ProblemKind>>;

/** An app reads its environment only at the start. */
function afterRestart(advice: string): Text {
  return {
    app: `${advice}, restart the app, then press Retry.`,
    terminal: `${advice}, then run the same command again.`,
  };
}

function gatewayAnswer({ gateway, status }: FactsOf<'broken-off'>): string {
  if (status === undefined) return '';
  const name = gateway ? `the gateway in front of it (${gateway})` : 'a gateway in front of it';
  return `: ${name} answered ${status}`;
}

/** The setting with which each product limits the size of a request. */
const SIZE_LIMITS: Readonly<Record<string, string>> = {
  nginx: 'client_max_body_size',
  Apache: 'LimitRequestBody',
  IIS: 'maxAllowedContentLength',
  Caddy: 'request_body max_size',
  Traefik: 'maxRequestBodyBytes',
  Envoy: 'max_request_bytes',
  Cloudflare: 'the upload limit of the plan',
};

function gatewayWords({ server, gateway, status }: FactsOf<'gateway-refused'>): UserMessage {
  const at = serverName(server);
  const name = gateway ? `The gateway in front of ${at} (${gateway})` : `A gateway in front of ${at}`;
  switch (status) {
    case 413: {
      const limit = gateway && Object.hasOwn(SIZE_LIMITS, gateway) ? ` (${SIZE_LIMITS[gateway]})` : '';
      const ask = `Ask its administrator to raise its limit${limit} above the part size`;
      return {
        message: `${name} does not accept requests of this size.`,
        action: {
          app: `${ask}, or set a smaller part size in the settings, under Advanced.`,
          terminal: `${ask}, or give a smaller --part-size.`,
        },
      };
    }
    case 414:
    case 431:
      return {
        message: `${name} does not accept request headers this long.`,
        action:
          'Ask its administrator to raise its limit for headers. A long session token or key prefix needs it.',
      };
    case 405:
    case 501:
    case 505:
      return { message: `${name} blocks this kind of request (${status}).`, action: ASK_ADMIN };
    case 507:
      return {
        message: `${name} has no space left for the upload.`,
        action: thenAgain('Free some space'),
      };
    default:
      return { message: `${name} refused the request (${status}).`, action: ASK_ADMIN };
  }
}

function clockOff(aheadMs: number | undefined): string {
  if (aheadMs === undefined) return 'wrong';
  return `${Math.round(Math.abs(aheadMs) / 60_000)} minutes ${aheadMs > 0 ? 'ahead' : 'behind'}`;
}
