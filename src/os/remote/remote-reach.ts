/** What another machine finds when it tries. */
import type { Reach } from '../reach.ts'
import type { Conversation } from './conversation.ts'
import { openedAttempt, openedDatagrams } from './remote-opens.ts'

export function remoteReach(talk: Conversation): Reach {
  return {
    resolve: (name, options) => talk.ask('resolve', [name], options),
    dial: (to, { signal, ...limits }) => talk.ask('dial', [to, limits], { signal }),
    get: (request, { signal, ...limits }) => talk.ask('get', [request, limits], { signal }),
    file: path => talk.ask('file', [path]),
    ping: (request, { signal, ...limits }) => talk.ask('ping', [request, limits], { signal }),
    tls: (request, { signal, ...limits }) => talk.ask('tls', [request, limits], { signal }),
    attempt: (request, options) => openedAttempt(talk, request, options),
    datagrams: request => openedDatagrams(talk, request),
  }
}
