/** Sockets and whose they are: what waits for a packet, what has made it (nft(8), "SOCKET EXPRESSION", "META EXPRESSIONS"). */
import { readFileSync } from 'node:fs'
import { type Case, hook, inet, input, strict } from '../case.ts'

const out = (...rules: readonly string[]): string => inet(hook('out', 'output', ...rules))
const pre = (...rules: readonly string[]): string => inet(hook('pre', 'prerouting', ...rules))

/** The control group that this process, and so the judge, is in; its path as nft looks for it, and as it lists it. */
const OWN = ((): { path: string; level: number; listed: string } => {
  const own = /^0::\/(.*)$/m.exec(readFileSync('/proc/self/cgroup', 'utf8'))?.[1] ?? ''
  const mount = /^\S+ (\S+) cgroup2 /m.exec(readFileSync('/proc/mounts', 'utf8'))?.[1] ?? '/sys/fs/cgroup'
  const path = [mount.replace(/^\/sys\/fs\/cgroup\/?/, ''), own].filter(part => part !== '').join('/')
  return own === ''
    ? { path: path || '.', level: 0, listed: '1' }
    : { path, level: own.split('/').length, listed: path }
})()

export const SOCKETS: readonly Case[] = [
  {
    name: 'a transparent socket that waits for the packet',
    rules: strict('socket transparent 1 accept', 'socket transparent 0 tcp dport 22 accept'),
    packets:
      'tcp a > me:7000 = accept by in/1; udp a6 > me6:7000 = accept by in/1; tcp a > me:22 = accept by in/2; tcp a > me:80 = drop by in/policy',
  },
  {
    name: 'the mark of the socket that waits for the packet',
    rules: pre('socket mark 9 drop', 'socket mark 0 tcp dport 22 drop'),
    packets:
      'tcp a > me:7001 = drop by pre/1; udp a > me:7001 = drop by pre/1; tcp a > me:22 = drop by pre/2; tcp a > me:80 = accept by nothing',
  },
  {
    name: 'the mark of the socket as the packet’s own',
    rules: inet(
      hook('pre', 'prerouting', 'meta mark set socket mark'),
      hook('in', 'input', 'meta mark 9 drop'),
    ),
    packets: 'tcp a > me:7001 = drop by in/1; tcp a > me:80 = accept by nothing',
  },
  {
    name: 'a socket bound to any address, and one bound to this one',
    rules: strict('socket wildcard 1 accept', 'socket wildcard 0 drop'),
    packets:
      'tcp a > me:22 = accept by in/1; tcp a > me:7002 = drop by in/2; udp a6 > me6:7002 = drop by in/2; tcp a > me2:7002 = drop by in/policy',
  },
  {
    name: 'where no socket waits, nothing is said of one, also where it is denied',
    rules: strict('socket transparent 0 accept', 'socket mark != 9 accept', 'socket wildcard != 1 accept'),
    packets:
      'tcp a > me:6000 = drop by in/policy; icmp a > me = drop by in/policy; tcp a > me:22 = accept by in/1',
  },
  {
    name: 'a socket of the port may wait for what is only passed on',
    rules: pre('socket wildcard 1 drop'),
    packets: 'tcp a > b:22 = drop by pre/1; tcp a > b:6000 = accept; tcp a > b:7002 = accept',
  },
  {
    name: 'the socket that a packet is made by',
    rules: out(
      'socket mark 7 drop',
      'socket transparent 0 tcp dport 22 drop',
      'socket wildcard 1 tcp dport 80 drop',
    ),
    packets:
      'tcp marked me > a:53 = drop by out/1; tcp me > a:22 = drop by out/2; tcp me > a:80 = drop by out/3; tcp me > a:443 = accept',
  },
  {
    name: 'the control group of a socket, by its level',
    rules: strict(`socket cgroupv2 level ${OWN.level} "${OWN.path}" accept`, 'tcp dport 80 accept'),
    packets: 'tcp a > me:22 = accept by in/1; udp a > me:53 = accept by in/1',
    facts: { 'socket cgroupv2': OWN.listed },
  },
  {
    name: 'what is made here by another user',
    rules: out(
      'meta skuid 1000 tcp dport 22 drop',
      'meta skgid != 0 tcp dport 80 drop',
      'meta skuid < 1000 tcp dport 80 accept',
    ),
    packets:
      'tcp user me > a:22 = drop by out/1; tcp me > a:22 = accept by nothing; tcp user me > a:80 = drop by out/2; tcp me > a:80 = accept by out/3; udp user me6 > a6:53 = accept by nothing',
  },
  {
    name: 'users and groups in a set and in ranges',
    rules: out('meta skuid { 0, 33, 500-999 } accept', 'meta skgid 1000-2000 drop'),
    packets: 'tcp me > a:22 = accept by out/1; tcp user me > a:22 = drop by out/2',
  },
  {
    name: 'whose it is, is still known in postrouting, and no more on its way back in',
    rules: inet(
      hook('post', 'postrouting', 'meta skuid 1000 meta mark set 3'),
      hook('in', 'input', 'meta skuid 1000 drop', 'meta mark 3 tcp dport 22 drop'),
    ),
    packets: 'tcp user lo > lo:22 = drop by in/2; tcp user lo > lo:80 = accept by nothing',
  },
  {
    name: 'what is passed on is nobody’s in postrouting',
    rules: inet(hook('post', 'postrouting', 'meta skuid 0 drop', 'meta skgid != 1000 drop')),
    packets: 'tcp a > b:22 = accept by nothing; tcp me2 > b:22 = drop by post/1',
  },
  {
    name: 'the mark that a socket gives its packets, which lead elsewhere',
    rules: inet(
      hook('out', 'output', 'meta mark 7 tcp dport 22 drop'),
      hook('post', 'postrouting', 'oifname "t0" drop'),
    ),
    packets:
      'tcp marked me2 > b:22 = drop by out/1; tcp marked me2 > b:80 = drop by post/1; tcp me2 > b:80 = accept',
  },
  {
    name: 'the priority that a socket gives its packets',
    rules: out('meta priority 0:6 drop', 'meta priority != 0:0 accept', 'tcp dport 22 drop'),
    packets: 'tcp marked me > a:80 = drop by out/1; tcp me > a:22 = drop by out/3; tcp me > a:80 = accept',
  },
  {
    name: 'the class of a control group: none',
    rules: out('meta cgroup 0 tcp dport 22 drop', 'meta cgroup 1048577 drop', 'meta cgroup != 0 drop'),
    packets: 'tcp me > a:22 = drop by out/1; tcp me > a:80 = accept by nothing',
  },
  {
    name: 'what came in has no control group',
    rules: input('meta cgroup 0 drop', 'meta cgroup != 0 drop'),
    packets: 'tcp a > me:22 = accept by nothing',
  },
]
