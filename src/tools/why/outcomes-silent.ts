/** Outcomes without a word: whom silence makes a suspect depends on whether a frame left, and whether an answer came in. */
import type { OutcomeRow, RowSuspect } from './outcomes.ts'
import { here, target, way } from './row-suspects.ts'

/** What a client alone can't tell apart: somebody between here and the far program keeps silent. */
export const SILENCE: readonly RowSuspect[] = [
  target('filter-drop', 'possible', 'far'),
  way('filter-drop', 'possible', 'way'),
  way('way-drops', 'possible'),
  target('accept-queue-full', 'possible'),
  target('no-return-route', 'possible'),
  target('descriptors-exhausted', 'possible', 'far'),
  target('process-stopped', 'possible'),
  target('host-down', 'possible'),
  way('forwarding-off', 'possible'),
  way('route-blackhole', 'possible', 'way'),
  way('reverse-path', 'possible'),
  target('nat-backend-silent', 'possible'),
  target('conntrack-full', 'possible', 'far'),
  target('syn-queue-full', 'possible'),
  target('md5-required', 'possible'),
  target('socket-filter', 'possible'),
  target('checksum-damage', 'possible'),
  here('neighbour-wrong', 'possible'),
  target('neighbour-wrong', 'possible', 'far-back'),
  way('icmp-limited', 'possible'),
]

export const ROWS_SILENT: readonly OutcomeRow[] = [
  {
    name: 'the answer came and was not taken',
    when: { ended: ['silent'], back: ['syn-ack'] },
    suspects: [{ ...here('filter-drop', 'likely', 'input'), leg: 'here-back' }],
    source: 'a SYN-ACK at the interface, and a socket still in SYN-SENT',
  },
  {
    name: 'the answer came from somebody else',
    when: { ended: ['silent'], back: ['other-syn-ack'] },
    suspects: [target('reply-from-elsewhere', 'proven', 'here-back')],
    source: 'RFC 9293 section 3.10.7.3: no connection of that address, so it is reset',
  },
  {
    name: 'silence, and nothing left',
    when: { ended: ['silent'], local: false, left: [false] },
    suspects: [
      here('filter-drop', 'possible', 'output'),
      here('neighbour-silent', 'possible'),
      here('gateway-silent', 'possible'),
      here('ipsec-no-state', 'possible'),
      here('egress-drop', 'possible'),
      here('sandbox-denied', 'possible'),
      here('no-carrier', 'possible'),
      here('conntrack-full', 'possible'),
    ],
    source: 'no frame of the attempt at any interface',
  },
  {
    name: 'silence from this host itself',
    when: { ended: ['silent'], local: true },
    suspects: [
      here('filter-drop', 'possible'),
      target('accept-queue-full', 'possible'),
      target('syn-queue-full', 'possible'),
      target('md5-required', 'possible'),
      target('socket-filter', 'possible'),
      here('conntrack-full', 'possible'),
    ],
    source: 'tcp_v4_syn_recv_sock, tcp_conn_request: full queues drop',
  },
  {
    name: 'silence',
    when: { ended: ['silent'], left: [true] },
    suspects: SILENCE,
    source: 'frames left, and nothing came back',
  },
  {
    name: 'silence, and nobody tells whether anything left',
    when: { ended: ['silent'] },
    suspects: [
      ...SILENCE,
      here('filter-drop', 'possible', 'output'),
      { ...here('filter-drop', 'possible', 'input'), leg: 'here-back' },
      here('neighbour-silent', 'possible'),
      here('gateway-silent', 'possible'),
      here('ipsec-no-state', 'possible'),
      here('egress-drop', 'possible'),
      here('sandbox-denied', 'possible'),
      target('reply-from-elsewhere', 'possible', 'here-back'),
    ],
    source: 'without frames nobody tells whether it left, or came back',
  },
]
