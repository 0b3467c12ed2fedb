/** What a NAT's behaviour means for calls, games and hole punching, a sentence each (RFC 5128, RFC 8445). */
import type { NatName } from './nat-type.ts'

export interface Meaning {
  readonly calls: string
  readonly games: string
  readonly holePunching: string
}

const MEANINGS: Readonly<Record<NatName, Meaning>> = {
  none: {
    calls: 'Calls go straight from one to the other.',
    games: 'Others can join what is hosted here, as far as a filter here lets them ("open").',
    holePunching: 'Not needed: whoever knows the address reaches it.',
  },
  firewall: {
    calls: 'Calls go straight from one to the other once both have sent something.',
    games: 'Nobody can join what is hosted here unless the firewall is opened for it ("moderate").',
    holePunching: 'Works with nearly everybody: the address is the true one, and sending opens the way back.',
  },
  'full-cone': {
    calls: 'Calls go straight from one to the other.',
    games: 'Others can join as soon as this side has sent something ("open").',
    holePunching: 'Works with everybody, also with those behind a symmetric NAT.',
  },
  'address-restricted': {
    calls: 'Calls mostly go straight from one to the other.',
    games: 'Joining others works; hosting needs a forwarded port ("moderate").',
    holePunching: 'Works with everybody, also with those behind a symmetric NAT that keeps its address.',
  },
  'port-restricted': {
    calls:
      'Calls go straight from one to the other, unless the other side is symmetric: then by a relay (TURN).',
    games: 'Joining most others works; hosting needs a forwarded port ("moderate").',
    holePunching: 'Works with everybody who isn’t behind a symmetric NAT.',
  },
  cone: {
    calls: 'Calls mostly go straight from one to the other.',
    games: 'Joining most others works; whether hosting does depends on the filter, which isn’t known.',
    holePunching: 'Works with those who aren’t behind a symmetric NAT, and perhaps with all.',
  },
  linux: {
    calls:
      'Calls mostly go straight from one to the other; where the other side’s packet comes first they may need a relay (TURN).',
    games: 'Joining most others works; hosting needs a forwarded port ("moderate").',
    holePunching:
      'Works as with a port-restricted NAT if this side sends first; a packet that comes in first, or another machine with the same port, takes the port away.',
  },
  symmetric: {
    calls: 'Calls need a relay (TURN), unless the other side can be reached by anybody.',
    games: 'Joining works with hosts that anybody reaches; hosting needs a forwarded port ("strict").',
    holePunching: 'Fails with port-restricted and symmetric NATs, unless the next port can be foreseen.',
  },
  unknown: {
    calls: 'Not known.',
    games: 'Not known.',
    holePunching: 'Not known.',
  },
}

export const meaningOf = (name: NatName): Meaning => MEANINGS[name]
