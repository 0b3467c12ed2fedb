import assert from 'node:assert/strict'
import test from 'node:test'
import { parsePrefix } from '../../model/prefix.ts'
import { changePort, type PortRequest } from './port-change.ts'

const https: PortRequest = { action: 'close', port: 443, protocol: 'tcp', from: null }
const TABLE = `table inet portolan {
	chain input {
		type filter hook input priority filter; policy drop;
		iif "lo" accept
	}

	chain sub {
		tcp dport 443 accept comment "somebody else"
	}
}
`

test('where there is no table, closing makes one, and opening again takes it away', () => {
  const { text, steps } = changePort(null, https)
  assert.equal(
    text,
    `table inet portolan {
	chain closed {
		type filter hook input priority filter - 10; policy accept;
		iifname != "lo" tcp dport 443 drop comment "ports fw close"
	}
}
`,
  )
  assert.equal(steps.length, 2)
  const again = changePort(text, https)
  assert.deepEqual(again, { text, steps: [] })
  assert.deepEqual(changePort(text, { ...https, action: 'open' }), {
    text: null,
    steps: ['- chain closed: iifname != "lo" tcp dport 443 drop comment "ports fw close"'],
  })
})

test('opening where nothing of ours drops changes nothing', () => {
  assert.deepEqual(changePort(null, { ...https, action: 'open' }), { text: null, steps: [] })
})

test('opening puts an accept before the rules of each chain of ours at the hook, once', () => {
  const from = parsePrefix('10.0.0.0/8')
  const request: PortRequest = { action: 'open', port: 53, protocol: 'udp', from }
  const { text, steps } = changePort(TABLE, request)
  assert.deepEqual(steps, ['+ chain input: ip saddr 10.0.0.0/8 udp dport 53 accept comment "ports fw open"'])
  assert.match(
    text!,
    /policy drop;\n\t\tip saddr 10\.0\.0\.0\/8 udp dport 53 accept comment "ports fw open"\n/,
  )
  assert.deepEqual(changePort(text, request), { text, steps: [] })
  // Taken out again it is as it was, but for what closes it.
  const { text: shut } = changePort(text, { ...request, action: 'close' })
  assert.ok(!shut!.includes('fw open'))
})

test('an exception from what is closed stands before it', () => {
  const { text } = changePort(null, https)
  const { text: open } = changePort(text, { ...https, action: 'open', from: parsePrefix('2001:db8::/32') })
  assert.match(
    open!,
    /policy accept;\n\t\tip6 saddr 2001:db8::\/32 tcp dport 443 accept .*\n\t\tiifname != "lo"/,
  )
})

test('rules of others in our table are never taken out', () => {
  const { text } = changePort(TABLE, https)
  assert.match(text!, /comment "somebody else"/)
})

test('a single address is written as nft lists it', () => {
  const { steps } = changePort(TABLE, { ...https, action: 'open', from: parsePrefix('192.0.2.7/32') })
  assert.match(steps[0]!, /ip saddr 192\.0\.2\.7 tcp/)
})
