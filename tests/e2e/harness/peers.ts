import dgram from 'node:dgram';
import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';

/** Ports on this computer that a peer connection may try, and which of them it reached. */
export type Peers = {
  ports: { peerUdp: number; peerTcp: number; stun: number; turnUdp: number; turnTcp: number };
  reached: Set<string>;
  close(): void;
};

export async function listenAsPeers(): Promise<Peers> {
  const reached = new Set<string>();
  const open: { close(): unknown }[] = [];
  const udp = async (name: string) => {
    const socket = dgram.createSocket('udp4').on('message', () => reached.add(name));
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    open.push(socket);
    return socket.address().port;
  };
  const tcp = async (name: string) => {
    const server = net.createServer((socket) => {
      reached.add(name);
      socket.destroy();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    open.push(server);
    return (server.address() as AddressInfo).port;
  };
  const ports = {
    peerUdp: await udp('peer by UDP'),
    peerTcp: await tcp('peer by TCP'),
    stun: await udp('STUN'),
    turnUdp: await udp('TURN by UDP'),
    turnTcp: await tcp('TURN by TCP'),
  };
  return { ports, reached, close: () => open.forEach((each) => each.close()) };
}

/**
 * In a page: connects in all ways, from the page itself and from an empty frame in it.
 * @returns the addresses that it found to be reached at; resolves when all of them were tried
 */
export async function connectToPeers(ports: Peers['ports']): Promise<string[]> {
  const frame = document.body.appendChild(document.createElement('iframe'));
  const found: string[] = [];
  const connect = async ({ RTCPeerConnection }: typeof globalThis) => {
    const turn = { username: 'name', credential: 'secret' };
    const connection = new RTCPeerConnection({
      iceServers: [
        { urls: `stun:127.0.0.1:${ports.stun}` },
        { ...turn, urls: `turn:127.0.0.1:${ports.turnUdp}?transport=udp` },
        { ...turn, urls: `turn:127.0.0.1:${ports.turnTcp}?transport=tcp` },
      ],
    });
    connection.onicecandidate = ({ candidate }) => candidate?.candidate && found.push(candidate.candidate);
    connection.createDataChannel('any');
    const other = new RTCPeerConnection();
    await connection.setLocalDescription(await connection.createOffer());
    await other.setRemoteDescription(connection.localDescription!);
    const { sdp } = await other.createAnswer();
    const candidates = [
      `a=candidate:1 1 udp 2122260223 127.0.0.1 ${ports.peerUdp} typ host`,
      `a=candidate:2 1 tcp 1518280447 127.0.0.1 ${ports.peerTcp} typ host tcptype passive`,
    ];
    await connection.setRemoteDescription({ type: 'answer', sdp: `${sdp}${candidates.join('\r\n')}\r\n` });
    await new Promise<void>((resolve) => {
      const look = () => connection.iceGatheringState === 'complete' && resolve();
      connection.onicegatheringstatechange = look;
      look();
    });
    connection.close();
    other.close();
  };
  await Promise.all([connect(window), connect(frame.contentWindow as unknown as typeof globalThis)]);
  frame.remove();
  return found;
}
