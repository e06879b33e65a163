// What to do with a description that arrives: perfect negotiation (RFC 9429, section 5; W3C webrtc, section 10.7) over a line that may
// lose, double or delay, between ends that may come back with another peer connection. Sans-IO.
import { originOf, sameDescription, versionOf } from './sdp.ts'
import type { Description } from './wire.ts'

export interface Standing {
  signalingState: string
  polite: boolean
  /** It was made to offer, and holds what that will be. */
  prepared: boolean
  /** The last one of theirs that we took in. */
  remote: Description | undefined
}

export type Verdict =
  | 'apply'
  | 'ignore'
  /** We answered this offer: say the answer again. */
  | 'repeat'
  /** Theirs is another peer connection than the one ours was made for: take it in with a fresh one. */
  | 'renew'
  /** It answers an offer that was made for another: offer with a fresh one. */
  | 'offerAnew'

export function judge({ signalingState, polite, prepared, remote }: Standing, description: Description): Verdict {
  const foreign = remote !== undefined && originOf(remote.sdp) !== originOf(description.sdp)
  const late = remote !== undefined && !foreign && versionOf(description.sdp) < versionOf(remote.sdp)
  const doubled = remote !== undefined && sameDescription(remote.sdp, description.sdp)
  if (description.type === 'answer') {
    if (signalingState !== 'have-local-offer' || late || doubled) return 'ignore'
    return foreign ? 'offerAnew' : 'apply'
  }
  if (late) return 'ignore'
  if (doubled) return signalingState === 'stable' ? 'repeat' : 'ignore'
  if (signalingState !== 'stable' && !polite) return 'ignore'
  // What we meant to offer would stay beside what they offer: transceivers that nothing joins to theirs (RFC 9429, section 5.10).
  return foreign || (prepared && remote === undefined) ? 'renew' : 'apply'
}
