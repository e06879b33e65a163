// Debian's coturn on private ports: the relay of whoever cannot reach the other.
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { Program } from './process.ts'
import type { House } from './story.ts'
import { until } from './wait.ts'

export interface Turn {
  port: number
  username: string
  password: string
}

export async function turn(house: House): Promise<Turn> {
  const directory = await mkdtemp(join(tmpdir(), 'carillon-story-'))
  house.later(() => rm(directory, { recursive: true, force: true }))
  const [port, username, password] = [await freePort(), 'story', 'a relay for stories']
  const program = new Program('turnserver', [
    ...['-n', '--no-cli', '--no-tls', '--no-dtls', '--no-tcp', '--allow-loopback-peers', '--fingerprint'],
    ...['--log-file=stdout', '--simple-log', `--pidfile=${directory}/pid`, `--userdb=${directory}/users`],
    ...['--listening-ip=127.0.0.1', '--relay-ip=127.0.0.1', `--listening-port=${port}`],
    ...['--lt-cred-mech', '--realm=carillon.test', `--user=${username}:${password}`],
  ])
  house.later(() => program.end('SIGKILL'))
  house.witness(() => console.error(`coturn said:\n${program.output.slice(-40).join('\n')}`))
  await until('coturn answers', () => answers(port))
  return { port, username, password }
}

/** Whether a STUN Binding request (RFC 8489, section 5) is answered there. */
export async function answers(port: number, address = '127.0.0.1'): Promise<boolean> {
  const socket = createSocket('udp4')
  try {
    const asked = Buffer.from(`000100002112a442${'0123456789ab'.repeat(2)}`, 'hex')
    const patience = AbortSignal.timeout(500)
    // A port where nobody listens yet says so by ICMP, which is the next look's affair.
    const answered = once(socket, 'message', { signal: patience })
    socket.connect(port, address, () => socket.send(asked, () => {}))
    const [answer] = (await answered) as [Buffer]
    return answer.readUInt16BE(0) === 0x0101
  } finally {
    socket.close()
  }
}

/** A UDP port that nobody has now. */
async function freePort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const { port } = socket.address()
  socket.close()
  await once(socket, 'close')
  return port
}
