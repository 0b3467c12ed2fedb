/**
 * The port space as tables of cases. Each row is judged by the running kernel and by the model; where a kernel can't be had,
 * by what one has said (`recorded/`).
 */
import type { Case } from '../case.ts'
import { BIND } from './bind.ts'
import { CHOOSE_PORT } from './choose-port.ts'
import { CONNECT, NAMES } from './connect.ts'
import { DATAGRAMS } from './datagrams.ts'
import { DEMUX } from './demux.ts'
import { FAST_PATH } from './fast-path.ts'
import { LISTEN } from './listen.ts'
import { OVERLAP } from './overlap.ts'
import { SHARING } from './sharing.ts'
import { TIME_WAIT } from './time-wait.ts'

export const TABLES: Readonly<Record<string, readonly Case[]>> = {
  'bind()': BIND,
  'addresses that overlap': OVERLAP,
  'sharing a port': SHARING,
  'what a port remembers of SO_REUSEPORT': FAST_PATH,
  'listen() and accept()': LISTEN,
  'ports that the system chooses': CHOOSE_PORT,
  'connect()': CONNECT,
  'what getsockname() tells': NAMES,
  TIME_WAIT: TIME_WAIT,
  UDP: DATAGRAMS,
  'who gets what arrives': DEMUX,
}
