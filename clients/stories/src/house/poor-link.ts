// A poor uplink in one process: UDP that goes through it is late and partly lost, each way.
//
// The kernel's netem would do the same; not every kernel has it.
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { once } from 'node:events'

export interface PoorLink {
  port: number
  /** From now on: milliseconds each way, and of a hundred packets so many. */
  become(delay: number, percent: number): void
  carried: number
  lost: number
  close(): void
}

/** A way to a UDP port of this machine. Each sender gets a socket of its own there. */
export async function poorLink(target: number): Promise<PoorLink> {
  const near = createSocket('udp4').bind(0, '127.0.0.1')
  await once(near, 'listening')
  const far = new Map<number, Socket>()
  let [late, unlucky] = [0, 0]
  const link: PoorLink = {
    port: near.address().port,
    become: (delay, percent) => void ([late, unlucky] = [delay, percent]),
    carried: 0,
    lost: 0,
    close: () => [near, ...far.values()].forEach((socket) => socket.close()),
  }
  const pass = (send: () => void) => {
    link.carried += 1
    if (Math.random() * 100 < unlucky) link.lost += 1
    else if (late > 0) setTimeout(send, late)
    else send()
  }
  const gone = () => {} // a packet for somebody who closed meanwhile is lost, as on any link
  near.on('error', gone)
  near.on('message', (packet: Buffer, from: RemoteInfo) => {
    let socket = far.get(from.port)
    if (!socket) {
      socket = createSocket('udp4').on('error', gone)
      socket.on('message', (back: Buffer) => pass(() => near.send(back, from.port, from.address, gone)))
      far.set(from.port, socket)
    }
    const there = socket
    pass(() => there.send(packet, target, '127.0.0.1', gone))
  })
  return link
}
