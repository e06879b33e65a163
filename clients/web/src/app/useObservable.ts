// A value of the SDK that changes, as React sees it.
import type { Observable } from '@carillon/sdk'
import { useSyncExternalStore } from 'react'

type Seen<T> = Pick<Observable<T>, 'get' | 'watch'>

export const useObservable = <T>(observable: Seen<T>): T => useSyncExternalStore(observable.watch, observable.get)
