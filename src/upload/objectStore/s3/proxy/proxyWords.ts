import { goesOn, type Words } from '../goesOn';
import type { ProxyTrouble } from './proxyFailure';

type Way = { proxy: { name: string; variable: string }; server: string };

/** One sentence of cause that names the proxy, one action. */
export const PROXY_WORDS: Record<ProxyTrouble, (way: Way) => Words> = {
  ProxyUnreachable: ({ proxy }) => ({
    message: `The proxy ${proxy.name} cannot be reached.`,
    ...goesOn(`Check the network, and the proxy in ${proxy.variable}`),
  }),
  ProxySilent: ({ proxy }) => ({
    message: `The proxy ${proxy.name} takes connections but does not answer.`,
    ...goesOn(`Check the proxy in ${proxy.variable}, also whether it wants http or https`),
  }),
  ProxyNotTls: ({ proxy }) => ({
    message: `The proxy ${proxy.name} does not speak https.`,
    action: `Begin its address in ${proxy.variable} with http://, start the app again, then press Retry.`,
  }),
  ProxyCannotReachServer: ({ proxy, server }) => ({
    message: `The proxy ${proxy.name} does not reach ${server}.`,
    ...goesOn('Check the network and the endpoint'),
  }),
  ProxyAuthenticationRequired: ({ proxy }) => ({
    message: `The proxy ${proxy.name} wants a user name and a password, or others than it was given.`,
    action: `Put them into its address in ${proxy.variable}, start the app again, then press Retry.`,
  }),
  ProxyRefused: ({ proxy, server }) => ({
    message: `The proxy ${proxy.name} does not let the app through to ${server}.`,
    action: 'Ask the proxy’s administrator to allow it, or exclude the server with NO_PROXY.',
  }),
  ProxyCertificate: ({ proxy }) => ({
    message: `The certificate of the proxy ${proxy.name} is not trusted on this computer.`,
    action: 'Set a CA file in the settings, under Advanced: that of the authority behind the certificate.',
  }),
};
