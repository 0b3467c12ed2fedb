/** Zones: connections that don’t know of each other (nft(8), "CONNTRACK STATEMENT"). */
import { type Case, hook, inet } from '../case.ts'

export const ZONES: readonly Case[] = [
  {
    name: 'connections of different zones don’t know of each other',
    rules: inet(
      hook('raw', 'prerouting -300', 'iifname "t1" ct zone set 5'),
      hook('fw', 'forward 0 drop', 'ct state established accept', 'iifname "t0" accept'),
    ),
    packets:
      'udp a > b:53 = accept by fw/2; udp b:53 > a:4000 = drop by fw/policy; udp a > b:53 = accept by fw/2',
  },
  {
    name: 'connections of one zone do',
    rules: inet(
      hook('raw', 'prerouting -300', 'ct zone set 5'),
      hook('fw', 'forward 0 drop', 'ct zone 5 ct state established accept', 'ct zone 5 iifname "t0" accept'),
    ),
    packets: 'udp a > b:53 = accept by fw/2; udp b:53 > a:4000 = accept by fw/1',
  },
  {
    name: 'a zone of one direction',
    rules: inet(
      hook('raw', 'prerouting -300', 'iifname "t0" ct original zone set 7'),
      hook(
        'fw',
        'forward 0 drop',
        'ct original zone 7 ct reply zone 0 ct state established accept',
        'iifname "t0" ct original zone 7 accept',
      ),
    ),
    packets:
      'udp a > b:53 = accept by fw/2; udp b:53 > a:4000 = accept by fw/1; udp a > b:53 = accept by fw/1',
  },
  {
    name: 'a zone by the device that it came by',
    rules: inet(
      hook('raw', 'prerouting -300', 'ct zone set iif map { "t0" : 1, "t1" : 2 }'),
      hook('in', 'input 0 drop', 'ct zone 1 accept', 'ct zone 0 tcp dport 22 accept', 'ct zone != 2 accept'),
    ),
    packets:
      'tcp a > me:22 = accept by in/1; tcp b > me2:22 = drop by in/policy; tcp lo > lo:22 = accept by in/2; tcp lo > lo:80 = accept by in/3',
  },
  {
    name: 'what a zone was chosen for is new before the lookup, and nothing else is said of it',
    rules: inet(
      hook(
        'raw',
        'prerouting -300',
        'ct state invalid tcp dport 22 ct zone set 3',
        'ct state new meta mark set 1',
        'ct zone 3 drop',
        'ct direction original drop',
        'ct mark 0 drop',
      ),
      hook('in', 'input', 'meta mark 1 ct zone 3 drop', 'meta mark != 0 accept'),
    ),
    packets: 'tcp a > me:22 = drop by in/1; tcp a > me:80 = accept by nothing',
  },
  {
    name: 'what a zone was chosen for can’t be exempt any more',
    rules: inet(
      hook('raw', 'prerouting -300', 'udp dport 53 ct zone set 3', 'notrack'),
      hook('in', 'input', 'ct state untracked accept', 'ct zone 3 ct state new drop'),
    ),
    packets: 'udp a > me:53 = drop by in/2; udp a > me:80 = accept by in/1',
  },
  {
    name: 'what was exempt comes back with a zone',
    rules: inet(
      hook('raw', 'prerouting -300', 'notrack', 'udp dport 53 ct zone set 3'),
      hook('in', 'input', 'ct state untracked accept', 'ct zone 3 ct state new drop'),
    ),
    packets: 'udp a > me:53 = drop by in/2; udp a > me:80 = accept by in/1',
  },
  {
    name: 'the first zone stays',
    rules: inet(
      hook('raw', 'prerouting -300', 'ct zone set 3', 'ct zone set 4'),
      hook('in', 'input', 'ct zone 3 tcp dport 22 drop', 'ct zone 4 drop'),
    ),
    packets: 'tcp a > me:22 = drop by in/1; tcp a > me:80 = accept by nothing',
  },
  {
    name: 'the same translation in two zones',
    rules: inet(
      hook('raw', 'prerouting -300', 'ct original zone set iif map { "t0" : 1, "t1" : 2 }'),
      hook(
        'pre',
        'prerouting -100 accept nat',
        'ct original zone 1 tcp dport 80 dnat ip to 10.2.0.2',
        'ct original zone 2 tcp dport 80 dnat ip to 10.1.0.2',
      ),
    ),
    packets: 'tcp a > me:80 = accept as a:4000 > b:80; tcp b > me2:80 = accept as b:4000 > a:80',
  },
]
