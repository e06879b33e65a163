// What is read out of a session description (RFC 8866): who made it, which one it is, and by which certificate (RFC 8122).

/** Names the peer connection that made the description: constant over its life (RFC 9429, section 5.2.1), new with the next one. */
export function originOf(sdp: string): string {
  const session = /^o=\S+ (\S+)/m.exec(sdp)?.[1] ?? ''
  return `${session} ${fingerprintOf(sdp) ?? ''}`
}

/** Grows with each description that a peer connection makes. */
export function versionOf(sdp: string): number {
  return Number(/^o=\S+ \S+ (\d+)/m.exec(sdp)?.[1] ?? 0)
}

/** The DTLS certificate's fingerprint, as `sha-256 AB:CD:..`. Nothing where several differ, or one is written oddly: not all go by the same. */
export function fingerprintOf(sdp: string): string | undefined {
  const lines = sdp.split(/[\r\n]+/).filter((line) => /fingerprint/i.test(line))
  const [print, ...others] = new Set(lines.map((line) => {
    const found = /^a=fingerprint:(\S+) ([0-9A-F:]+)$/i.exec(line)
    return found ? `${found[1]!.toLowerCase()} ${found[2]!.toUpperCase()}` : undefined
  }))
  return others.length === 0 ? print : undefined
}

/** The names of its ICE sessions (RFC 8839, section 5.4): a candidate says to which it belongs. */
export function ufragsOf(sdp: string): string[] {
  return [...sdp.matchAll(/^a=ice-ufrag:(\S+)/gm)].map((found) => found[1]!)
}

/** Whether both are one description, perhaps with more candidates by now. */
export function sameDescription(a: string, b: string): boolean {
  return originOf(a) === originOf(b) && versionOf(a) === versionOf(b) && ufragsOf(a).join() === ufragsOf(b).join()
}

export const offersChannel = (sdp: string): boolean => /^m=application /m.test(sdp)
