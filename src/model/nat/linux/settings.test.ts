/** Settings by the names of their files. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { CONNTRACK_DEFAULTS, settingsOf } from './settings.ts'

test('what the files say, and else what is usual', () => {
  const settings = settingsOf([
    ['udp_timeout', 10],
    ['tcp_timeout_time_wait', 5],
    ['tcp_loose', 0],
    ['tcp_be_liberal', 1],
    ['max', 1000],
  ])
  assert.deepEqual(settings, {
    ...CONNTRACK_DEFAULTS,
    udp: 10,
    loose: false,
    beLiberal: true,
    max: 1000,
    tcp: { ...CONNTRACK_DEFAULTS.tcp, timeWait: 5 },
  })
})

test('files that nothing here depends on are passed over', () => {
  assert.deepEqual(settingsOf([['sctp_timeout_closed', 7]]), CONNTRACK_DEFAULTS)
})
