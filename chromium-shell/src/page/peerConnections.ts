import { replaceMember } from './replaceMember.ts';

type Servers = { urls: string | string[] };

/** Chromium's `disable_non_proxied_udp`: no candidate uses UDP, and TCP goes through the proxy. */
function withoutUdp(configuration: RTCConfiguration = {}): RTCConfiguration {
  const iceServers = (configuration.iceServers ?? []).flatMap((server: Servers) => {
    const urls = [server.urls].flat().filter((url) => /^turns?:.*[?&]transport=tcp/i.test(url));
    return urls.length > 0 ? [{ ...server, urls }] : [];
  });
  return { ...configuration, iceServers, iceTransportPolicy: 'relay' };
}

/** Applies that policy to a page's peer connections. */
export function forbidUdp(): void {
  const prototype = globalThis.RTCPeerConnection?.prototype;
  for (const name of ['RTCPeerConnection', 'webkitRTCPeerConnection']) {
    replaceMember(globalThis, name, (native) => {
      return new Proxy(native, {
        construct: (target, [configuration], asClass) =>
          Reflect.construct(target, [withoutUdp(configuration as RTCConfiguration)], asClass) as object,
      });
    });
  }
  replaceMember(prototype, 'setConfiguration', (native) => {
    return function (this: RTCPeerConnection, configuration: RTCConfiguration) {
      return native.call(this, withoutUdp(configuration) as never);
    };
  });
  replaceMember(prototype, 'constructor', () => globalThis.RTCPeerConnection as never);
}
