/** What is worth knowing of Linux's NAT, a row for each. */
import { inet } from '../filter/case.ts'
import type { Row } from './row.ts'

const chain = (name: string, head: string, ...rules: readonly string[]): string =>
  `chain ${name} {\ntype ${head}\n${rules.join('\n')}\n}`
const post = (...rules: readonly string[]): string =>
  chain('post', 'nat hook postrouting priority 100', ...rules)
const pre = (...rules: readonly string[]): string =>
  chain('pre', 'nat hook prerouting priority -100', ...rules)
const forward = (...rules: readonly string[]): string =>
  chain('fw', 'filter hook forward priority 0', ...rules)
const MASQUERADE = inet(post('oifname "t1" masquerade'))
const [C2, C3] = ['10.1.0.3', '10.1.0.4']

export const PORTS: readonly Row[] = [
  {
    name: 'the port stays, and the same one may go to several places',
    rules: MASQUERADE,
    steps: `x: udp a:4000 > b:53 = me2:4000 > b:53
      y: udp ${C2}:4000 > far:53 = me2:4000 > far:53`,
  },
  {
    name: 'two clients, one port, one place: the second gets any port',
    rules: MASQUERADE,
    steps: `x: udp a:4000 > b:53 = me2:4000 > b:53
      y: udp ${C2}:4000 > b:53 = me2:1024-65535 > b:53
      x< = b:53 > a:4000
      y< = b:53 > ${C2}:4000`,
  },
  {
    name: 'ports below 512, below 1024 and above stay among themselves',
    rules: MASQUERADE,
    steps: `a1: udp a:53 > b:53 = me2:53 > b:53
      a2: udp ${C2}:53 > b:53 = me2:1-511 > b:53
      b1: udp a:1000 > b:53 = me2:1000 > b:53
      b2: udp ${C2}:1000 > b:53 = me2:600-1023 > b:53
      c1: udp a:1024 > b:53 = me2:1024 > b:53
      c2: udp ${C2}:1024 > b:53 = me2:1024-65535 > b:53`,
  },
  {
    name: 'a packet from outside takes the port, and whoever comes then gets another',
    rules: MASQUERADE,
    steps: `x: udp b:53 > me2:4000 = b:53 > me2:4000
      y: udp a:4000 > b:53 = me2:1024-65535 > b:53`,
  },
  {
    name: 'unless what comes unasked is dropped',
    rules: inet(
      post('oifname "t1" masquerade'),
      chain('in', 'filter hook input priority 0', 'iifname "t1" ct state new drop'),
    ),
    steps: `x: udp b:53 > me2:4000 = nothing
      y: udp a:4000 > b:53 = me2:4000 > b:53`,
  },
  {
    name: 'without any rule for it, a connection may still lose its port',
    rules: inet(pre('iifname "t0" udp dport 53 dnat ip to 10.2.0.2')),
    steps: `x: udp a:4000 > b:53 = a:4000 > b:53
      y: udp a:4000 > far:53 = a:1024-65535 > b:53`,
  },
  {
    name: 'a source that was given a port keeps it for other places, where the rule’s ports ask for another',
    rules: inet(post('oifname "t1" meta l4proto udp masquerade to :40000-60000')),
    steps: `x: udp a:4000 > b:53 = me2:40000-60000 > b:53
      y: udp a:4000 > b:53 = me2:40000-60000 > b:53`,
  },
  {
    name: 'random: even a port that is free isn’t kept',
    rules: inet(post('oifname "t1" meta l4proto udp snat ip to 10.2.0.30:50000-50009 random')),
    steps: 'x: udp a:50005 > b:53 = 10.2.0.30:50000-50009 > b:53',
  },
  {
    name: 'one port for all: who has it, has it',
    rules: inet(post('oifname "t1" meta l4proto udp masquerade to :40000')),
    steps: `x: udp a:4000 > b:53 = me2:40000 > b:53
      y: udp ${C2}:4000 > b:53 = nothing
      z: udp ${C2}:4000 > far:53 = me2:40000 > far:53
      x forget
      y> = me2:40000 > b:53`,
  },
  {
    name: 'ports of a destination are tried from the first one on',
    rules: inet(pre('udp dport 53 dnat ip to 10.2.0.2:5000-5002')),
    steps: `x: udp a:4000 > far:53 = a:4000 > b:5000
      y: udp a:4000 > 203.0.113.10:53 = a:4000 > b:5001
      z: udp a:4000 > 203.0.113.11:53 = a:4000 > b:5002
      w: udp a:4000 > 203.0.113.12:53 = a:1024-65535 > b:5002`,
  },
]

export const CLOSED: readonly Row[] = [
  {
    name: 'the port of a closed connection goes to a newer one, if its numbers are higher',
    rules: inet(post('oifname "t1" tcp dport 80 masquerade to :40000-40001')),
    steps: `x: tcp a:4000 > b:80 syn seq=1000 = me2:40000-40001 > b:80 is SYN_SENT 120s
      x< syn+ack seq=5000 acks=1001 = b:80 > a:4000 is SYN_RECV 60s
      x> ack seq=1001 acks=5001 = me2:40000-40001 > b:80 is ESTABLISHED assured
      x> fin+ack seq=1001 acks=5001 = me2:40000-40001 > b:80 is FIN_WAIT 120s
      x< fin+ack seq=5001 acks=1002 = b:80 > a:4000 is LAST_ACK 30s
      x> ack seq=1002 acks=5002 = me2:40000-40001 > b:80 is TIME_WAIT 120s
      y: tcp ${C2}:4000 > b:80 syn seq=1 = me2:40000-40001 > b:80
      z: tcp ${C3}:4000 > b:80 syn seq=500 = nothing
      w: tcp ${C3}:4001 > b:80 syn seq=2000 = me2:40000-40001 > b:80
      x> ack seq=1002 acks=5002 is gone`,
  },
  {
    name: 'a SYN after the end makes a new connection with the old port',
    rules: MASQUERADE,
    steps: `x: tcp a:4000 > b:80 syn seq=1000 = me2:4000 > b:80
      x< syn+ack seq=5000 acks=1001 = b:80 > a:4000
      x> ack seq=1001 acks=5001 is ESTABLISHED
      x> fin+ack seq=1001 acks=5001 is FIN_WAIT
      x< fin+ack seq=5001 acks=1002 is LAST_ACK
      x> ack seq=1002 acks=5002 is TIME_WAIT assured
      x> syn seq=70000 = me2:4000 > b:80 is SYN_SENT unassured unanswered`,
  },
  {
    name: 'a reset before any answer ends it at once',
    rules: MASQUERADE,
    steps: `x: tcp a:4000 > b:80 syn seq=1000 is SYN_SENT
      x> rst seq=1001 = me2:4000 > b:80 is gone`,
  },
]

export const BOUNDS: readonly Row[] = [
  {
    name: 'what is out of its bounds is invalid and isn’t translated; a little over is let through',
    rules: inet(post('oifname "t1" masquerade')),
    steps: `x: tcp a:4000 > b:80 syn seq=1000 = me2:4000 > b:80
      x< syn+ack seq=5000 acks=1001 = b:80 > a:4000
      x> ack seq=1001 acks=5001 = me2:4000 > b:80 is ESTABLISHED
      x> ack seq=1001 acks=9999 = a:4000 > b:80 is ESTABLISHED
      x> ack seq=200001 acks=5001 = a:4000 > b:80 is ESTABLISHED
      x> ack seq=66000 acks=5001 = me2:4000 > b:80 is ESTABLISHED`,
  },
  {
    name: 'a rule sees it as invalid',
    rules: inet(post('oifname "t1" masquerade'), forward('ct state invalid drop')),
    steps: `x: tcp a:4000 > b:80 syn seq=1000 = me2:4000 > b:80
      x< syn+ack seq=5000 acks=1001 = b:80 > a:4000
      x> ack seq=1001 acks=9999 = nothing
      x> ack seq=1001 acks=5001 = me2:4000 > b:80`,
  },
  {
    name: 'unless the kernel is told to be liberal',
    rules: MASQUERADE,
    settings: { tcp_be_liberal: 1 },
    steps: `x: tcp a:4000 > b:80 syn seq=1000 = me2:4000 > b:80
      x< syn+ack seq=5000 acks=1001 = b:80 > a:4000
      x> ack seq=90001 acks=9999 = me2:4000 > b:80 is ESTABLISHED`,
  },
  {
    name: 'a reset must be exact, or it is only let through',
    rules: MASQUERADE,
    steps: `x: tcp a:4000 > b:80 syn seq=1000 = me2:4000 > b:80
      x< syn+ack seq=5000 acks=1001 = b:80 > a:4000
      x> ack seq=1001 acks=5001 = me2:4000 > b:80 is ESTABLISHED
      x< rst seq=5100 = b:80 > a:4000 is ESTABLISHED 10s
      x< rst seq=4000 = b:80 > me2:4000 is ESTABLISHED
      x< rst seq=5001 = b:80 > a:4000 is CLOSE 10s`,
  },
  {
    name: 'a connection may be picked up in its middle, and then its numbers are taken as they come',
    rules: MASQUERADE,
    steps: `x: tcp a:4000 > b:80 ack seq=1000 acks=77 = me2:4000 > b:80 is ESTABLISHED 300s
      x< ack seq=99999999 acks=5 = b:80 > a:4000 is ESTABLISHED unassured
      x> ack seq=5 acks=5 = me2:4000 > b:80 is ESTABLISHED assured`,
  },
  {
    name: 'or not',
    rules: MASQUERADE,
    settings: { tcp_loose: 0 },
    steps: 'x: tcp a:4000 > b:80 ack seq=1000 acks=77 = a:4000 > b:80 is gone',
  },
]

export const ERRORS: readonly Row[] = [
  {
    name: 'an error reaches who sent what it is about',
    rules: MASQUERADE,
    steps: `x: udp a:4000 > b:53 = me2:4000 > b:53 is 30s unanswered
      x! 3/3 = b > a is 30s unanswered`,
  },
  {
    name: 'also behind a published port',
    rules: inet(pre('iifname "t0" udp dport 53 dnat ip to 10.2.0.2:5353'), post('oifname "t1" masquerade')),
    steps: `x: udp a:4000 > me:53 = me2:4000 > b:5353
      x! 3/3 = me > a
      x< = me:53 > a:4000
      x? 3/3 = me2 > b`,
  },
  {
    name: 'a redirect is lost where something is translated',
    rules: MASQUERADE,
    steps: `x: udp a:4000 > b:53 = me2:4000 > b:53
      x! 5/1 = nothing`,
  },
  {
    name: 'echoes are told apart by their identifiers',
    rules: MASQUERADE,
    steps: `x: icmp a > b 8/0 id=7 = me2 > b is 30s
      y: icmp ${C2} > b 8/0 id=7 = me2 > b is 30s
      x< = b > a
      y< = b > ${C2}`,
  },
]

export const HAIRPIN: readonly Row[] = [
  {
    name: 'clients reach each other by the outside address if both ends are translated',
    rules: inet(
      pre('ip daddr 10.2.0.1 tcp dport 8080 dnat ip to 10.1.0.3:80'),
      post('ip saddr 10.1.0.0/24 ip daddr 10.1.0.0/24 masquerade'),
    ),
    steps: `x: tcp a:4000 > me2:8080 syn seq=1000 = me:4000 > ${C2}:80
      x< syn+ack seq=5000 acks=1001 = me2:8080 > a:4000
      x> ack seq=1001 acks=5001 = me:4000 > ${C2}:80 is ESTABLISHED`,
  },
]

/** Rows about time itself. */
export const TIME: readonly Row[] = [
  {
    name: 'UDP: thirty seconds, and two minutes once it has gone both ways for more than two seconds',
    rules: MASQUERADE,
    steps: `x: udp a:4000 > b:53 = me2:4000 > b:53 is 30s unanswered unassured
      x< = b:53 > a:4000 is 30s unassured
      x> = me2:4000 > b:53 is 30s unassured
      x wait 2100
      x< = b:53 > a:4000 is 120s assured`,
  },
  {
    name: 'when its time is over, its port is free',
    rules: inet(post('oifname "t1" meta l4proto udp masquerade to :40000')),
    settings: { udp_timeout: 1 },
    steps: `x: udp a:4000 > b:53 = me2:40000 > b:53
      y: udp ${C2}:4000 > b:53 = nothing
      x wait 1100
      y> = me2:40000 > b:53`,
  },
]
