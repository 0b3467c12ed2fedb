/** Listening through Node's own sockets, on any system that it runs on. */
import { listenOver } from './listen-over.ts'
import type { ListenOutcome, ListenRequest } from './listening.ts'
import { nodeDoors } from './node-doors.ts'

export const nodeListen = (request: ListenRequest): Promise<ListenOutcome> => listenOver(nodeDoors, request)
