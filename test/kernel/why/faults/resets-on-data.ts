/** The connection stands until somebody on the way doesn't like what is said, and resets it in the target's name. */
import { among, type Code, type Expected, type Fault, filter } from '../fault.ts'
import { namingFiles } from '../lab/naming-files.ts'

/** The first segment with bytes in it: what boxes that look into connections act on. */
const onData = (port: number) =>
  filter('router', 'forward', `tcp dport ${port} tcp flags & psh == psh reject with tcp reset`)

/** Who reset it: its hop limit isn't the target's. */
const RESET_ON_THE_WAY = ['filter-reject', 'intercepted', 'nearer-box'] as const
/** That it is reset is so, whoever did it. */
const ENDS = ['resets-at-once', 'tls-refused'] as const
const told: Expected = { ...among([...RESET_ON_THE_WAY, ...ENDS]), beside: ENDS }
const byTheRouter: Expected = {
  verdict: 'unreachable',
  first: ['filter-reject', ...ENDS],
  oneOf: ['filter-reject', ...ENDS],
  at: { code: 'filter-reject', host: 'router', stage: 'forward', certainty: 'proven' },
}
const row = {
  culprit: 'filter-reject' satisfies Code,
  client: told,
  withTarget: told,
  withRouter: byTheRouter,
}

export const RESETS_ON_DATA: readonly Fault[] = [
  {
    name: 'router-resets-a-request',
    changes: [onData(8080)],
    try: { says: 'GET / HTTP/1.1\r\nHost: server\r\n\r\n' },
    plain: { connect: 'connected', next: 'ECONNRESET' },
    ...row,
  },
  {
    name: 'router-resets-a-handshake-of-tls',
    target: 'https://server.test:8443',
    healthy: [{ port: 8443, behaviour: 'http', tls: { certificate: 'good' } }],
    changes: [
      onData(8443),
      namingFiles({ hosts: '127.0.0.1 localhost\n10.0.2.2 server.test\n' }, { stays: true }),
    ],
    plain: { connect: 'connected', tls: /reset|errno=104|unexpected eof/i },
    ...row,
  },
]
