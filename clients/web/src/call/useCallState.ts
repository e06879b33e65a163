// The state of the call that we are in, if we are in one.
import type { CallSession, CallSessionState } from '@carillon/sdk'
import { useObservable } from '../app/useObservable.ts'

const none = { get: () => undefined, watch: () => () => {} }

export const useCallState = (session: CallSession | undefined): CallSessionState | undefined =>
  useObservable<CallSessionState | undefined>(session?.state ?? none)
