import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseNftText } from '../../wire/nft-text/nft-text.ts'
import { chainsInOrder } from './firewall.ts'

const RULES = `
table inet b {
  map who {
    type ipv4_addr : verdict
    elements = { 10.0.0.1 : jump mapped }
  }
  chain alone { accept; }
  chain mapped { counter packets 3 bytes 180 drop; }
  chain late { type filter hook input priority 10; ip saddr vmap @who; }
}
table ip a {
  chain deeper { return; }
  chain called { jump deeper; }
  chain early { type filter hook input priority -5; policy drop; jump called; tcp dport 22 accept; }
  chain pre { type filter hook prerouting priority 0; }
}
table ip c {
  flags dormant
  chain asleep { type filter hook input priority 0; accept; }
}`

test('hooks along the way, priorities at a hook, what is jumped to below, what nobody enters last', () => {
  const listing = chainsInOrder(parseNftText(RULES).ruleset)
  assert.deepEqual(
    listing.map(({ table, chain, hooks }) => `${table.name} ${chain}: ${hooks.join()}`),
    [
      'a pre: prerouting',
      'a early: input',
      'a called: input',
      'a deeper: input',
      'c asleep: ',
      'b late: input',
      'b mapped: input',
      'b alone: ',
    ],
  )
  assert.deepEqual(listing[6]!.rules, [{ text: 'counter packets 3 bytes 180 drop', packets: 3, bytes: 180 }])
})
