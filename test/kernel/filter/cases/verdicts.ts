/** Verdicts, policies and the ways between chains (nft(8), "VERDICT STATEMENT"). */
import { type Case, chain, hook, inet, input, strict } from '../case.ts'

export const VERDICTS: readonly Case[] = [
  {
    name: 'a rule accepts, the policy drops the rest',
    rules: strict('tcp dport 22 accept'),
    packets:
      'tcp a > me:22 = accept by in/1; tcp a > me:80 = drop by in/policy; udp a > me:22 = drop by in/policy',
  },
  {
    name: 'a rule drops, the policy accepts the rest',
    rules: input('tcp dport 22 drop'),
    packets:
      'tcp a > me:22 = drop by in/1; tcp a > me:80 = accept by nothing; tcp a6 > me6:22 = drop by in/1',
  },
  {
    name: 'the first rule that matches decides',
    rules: input('tcp dport 22 accept', 'tcp dport 22 drop', 'drop'),
    packets: 'tcp a > me:22 = accept by in/1; tcp a > me:80 = drop by in/3',
  },
  {
    name: 'a rule without a verdict goes on',
    rules: strict('tcp dport 22', 'counter', 'tcp dport 22 counter accept'),
    packets: 'tcp a > me:22 = accept by in/3',
  },
  {
    name: 'continue goes on',
    rules: strict('tcp dport 22 continue', 'tcp dport 22 accept'),
    packets: 'tcp a > me:22 = accept by in/2',
  },
  {
    name: 'a jump comes back at the end of its chain',
    rules: inet(
      chain('sub', 'tcp dport 80 accept'),
      hook('in', 'input 0 drop', 'jump sub', 'tcp dport 22 accept'),
    ),
    packets:
      'tcp a > me:80 = accept by sub/1; tcp a > me:22 = accept by in/2; tcp a > me:53 = drop by in/policy',
  },
  {
    name: 'a return comes back before it',
    rules: inet(chain('sub', 'tcp dport 22 return', 'drop'), hook('in', 'input', 'jump sub', 'accept')),
    packets: 'tcp a > me:22 = accept by in/2; tcp a > me:80 = drop by sub/2',
  },
  {
    name: 'a return in a base chain is its policy',
    rules: strict('tcp dport 22 return', 'accept'),
    packets: 'tcp a > me:22 = drop by in/policy; tcp a > me:80 = accept by in/2',
  },
  {
    name: 'a goto from a base chain ends at the policy',
    rules: inet(chain('sub', 'tcp dport 80 accept'), hook('in', 'input 0 drop', 'goto sub', 'accept')),
    packets: 'tcp a > me:80 = accept by sub/1; tcp a > me:22 = drop by in/policy',
  },
  {
    name: 'a goto from a chain that was jumped to comes back to who jumped',
    rules: inet(
      chain('inner', 'tcp dport 80 accept'),
      chain('outer', 'goto inner', 'drop'),
      hook('in', 'input 0 drop', 'jump outer', 'tcp dport 22 accept'),
    ),
    packets: 'tcp a > me:80 = accept by inner/1; tcp a > me:22 = accept by in/2',
  },
  {
    name: 'a return in a chain that was gone to comes back to who jumped',
    rules: inet(
      chain('inner', 'return', 'drop'),
      chain('outer', 'goto inner', 'drop'),
      hook('in', 'input 0 drop', 'jump outer', 'accept'),
    ),
    packets: 'tcp a > me:22 = accept by in/2',
  },
  {
    name: 'an accept deep down ends the base chain',
    rules: inet(
      chain('inner', 'accept'),
      chain('outer', 'jump inner', 'drop'),
      hook('in', 'input', 'jump outer', 'drop'),
    ),
    packets: 'tcp a > me:22 = accept by inner/1',
  },
  {
    name: 'a jump deeper and deeper',
    rules: inet(
      chain('c3', 'tcp dport 3 accept'),
      chain('c2', 'jump c3', 'tcp dport 53 accept'),
      chain('c1', 'jump c2', 'tcp dport 80 accept'),
      hook('in', 'input 0 drop', 'jump c1', 'tcp dport 22 accept'),
    ),
    packets: 'tcp a > me:53 = accept by c2/2; tcp a > me:80 = accept by c1/2; tcp a > me:22 = accept by in/2',
  },
  {
    name: 'a chain may be entered twice',
    rules: inet(
      chain('marks', 'meta mark set meta mark | 1', 'meta mark 3 accept', 'meta mark set meta mark | 2'),
      hook('in', 'input 0 drop', 'jump marks', 'jump marks'),
    ),
    packets: 'tcp a > me:22 = accept by marks/2',
  },
  {
    name: 'an accept ends its own base chain, and the next one still drops',
    rules: inet(hook('first', 'input -10', 'accept'), hook('second', 'input 10', 'tcp dport 22 drop')),
    packets: 'tcp a > me:22 = drop by second/1; tcp a > me:80 = accept by first/1',
  },
  {
    name: 'a drop is final',
    rules: inet(hook('first', 'input -10', 'tcp dport 22 drop'), hook('second', 'input 10', 'accept')),
    packets: 'tcp a > me:22 = drop by first/1; tcp a > me:80 = accept by second/1',
  },
  {
    name: 'priority decides the order, not the place in the file',
    rules: inet(
      hook('late', 'input 10', 'meta mark 1 drop'),
      hook('early', 'input -10', 'tcp dport 22 meta mark set 1'),
    ),
    packets: 'tcp a > me:22 = drop by late/1; tcp a > me:80 = accept by nothing',
  },
  {
    name: 'tables mean nothing for the order',
    rules: `${inet(hook('in', 'input 5', 'meta mark 1 drop'))}table ip u {\n${hook('early', 'input 3', 'tcp dport 22 meta mark set 1')}\n}`,
    packets: 'tcp a > me:22 = drop by in/1; tcp a6 > me6:22 = accept by nothing',
  },
  {
    name: 'of one priority the chain that was made last runs first',
    rules: inet(hook('older', 'input 0', 'tcp dport 22 drop'), hook('newer', 'input 0', 'tcp dport 22 drop')),
    packets: 'tcp a > me:22 = drop by newer/1',
  },
  {
    name: 'across tables, too',
    rules: `table ip u {\n${hook('older', 'input 0', 'drop')}\n}\n${inet(hook('newer', 'input 0', 'drop'))}`,
    packets: 'tcp a > me:22 = drop by newer/1',
  },
  {
    name: 'chains of a family see its packets only',
    rules: `table ip u {\n${hook('four', 'input', 'drop')}\n}\ntable ip6 v {\n${hook('six', 'input 1', 'tcp dport 22 drop')}\n}`,
    packets:
      'tcp a > me:22 = drop by four/1; tcp a6 > me6:22 = drop by six/1; tcp a6 > me6:80 = accept by nothing',
  },
  {
    name: 'a base chain without rules is its policy',
    rules: inet(hook('in', 'input 0 drop')),
    packets: 'tcp a > me:22 = drop by in/policy; tcp a > b:22 = accept by nothing',
  },
  {
    name: 'a verdict map',
    rules: strict(
      'tcp dport vmap { 22 : accept, 80 : drop, 443 : continue } counter',
      'tcp dport 443 accept',
    ),
    packets: `tcp a > me:22 = accept by in/1; tcp a > me:80 = drop by in/1; tcp a > me:443 = accept by in/2
      tcp a > me:53 = drop by in/policy`,
  },
  {
    name: 'the miss of a verdict map ends its rule',
    rules: strict('tcp dport vmap { 22 : continue } accept', 'tcp dport 80 accept'),
    packets:
      'tcp a > me:22 = accept by in/1; tcp a > me:53 = drop by in/policy; tcp a > me:80 = accept by in/2',
  },
  {
    name: 'a verdict map of another protocol ends its rule',
    rules: strict('tcp dport vmap { 22 : drop }', 'accept'),
    packets: 'udp a > me:22 = accept by in/2; tcp a > me:22 = drop by in/1',
  },
  {
    name: 'a verdict map that jumps, and comes back to the rule after it',
    rules: inet(
      chain('ssh', 'ip saddr 10.1.0.0/24 accept'),
      hook('in', 'input 0 drop', 'tcp dport vmap { 22 : jump ssh, 80 : goto ssh }', 'accept'),
    ),
    packets:
      'tcp a > me:22 = accept by ssh/1; tcp a6 > me6:22 = accept by in/2; tcp a6 > me6:80 = drop by in/policy',
  },
  {
    name: 'a verdict map by ranges and a name',
    rules: inet(
      'map m { type inet_service : verdict; flags interval; elements = { 0-1023 : drop, 4000-5000 : accept } }',
      hook('in', 'input 0 drop', 'tcp dport vmap @m', 'tcp dport 8080 accept'),
    ),
    packets:
      'tcp a > me:22 = drop by in/1; tcp a > me:5000 = accept by in/1; tcp a > me:8080 = accept by in/2',
  },
  {
    name: 'a verdict map with a catch-all',
    rules: inet(
      'map m { type inet_service : verdict; elements = { 22 : accept, * : drop } }',
      hook('in', 'input', 'tcp dport vmap @m'),
    ),
    packets:
      'tcp a > me:22 = accept by in/1; tcp a > me:80 = drop by in/1; udp a > me:80 = accept by nothing',
  },
  {
    name: 'a verdict map by a concatenation',
    rules: strict('iifname . tcp dport vmap { "t0" . 22 : accept, "t1" . 80 : accept }'),
    packets:
      'tcp a > me:22 = accept by in/1; tcp b > me2:22 = drop by in/policy; tcp b > me2:80 = accept by in/1',
  },
  {
    name: 'what is accepted in prerouting still meets input',
    rules: inet(hook('pre', 'prerouting', 'accept'), hook('in', 'input', 'tcp dport 22 drop')),
    packets: 'tcp a > me:22 = drop by in/1; tcp a > me:80 = accept by pre/1',
  },
  {
    name: 'what is dropped in prerouting is dropped for all',
    rules: inet(hook('pre', 'prerouting -300', 'tcp dport 22 drop')),
    packets: 'tcp a > me:22 = drop by pre/1; tcp a > b:22 = drop by pre/1; tcp a > b:80 = accept by nothing',
  },
  {
    name: 'forward is for what goes through, input for what stays',
    rules: inet(hook('in', 'input', 'drop'), hook('fw', 'forward', 'tcp dport 22 drop')),
    packets: 'tcp a > me:22 = drop by in/1; tcp a > b:22 = drop by fw/1; tcp a > b:80 = accept by nothing',
  },
  {
    name: 'output is for what is made here, postrouting for all that leaves',
    rules: inet(hook('out', 'output', 'tcp dport 22 drop'), hook('post', 'postrouting', 'tcp dport 80 drop')),
    packets: `tcp me > a:22 = drop by out/1; tcp me > a:80 = drop by post/1; tcp a > b:22 = accept by nothing
      tcp a > b:80 = drop by post/1`,
  },
  {
    name: 'on loopback a packet meets them all',
    rules: inet(
      hook('out', 'output', 'meta mark set 1'),
      hook('post', 'postrouting', 'meta mark set meta mark | 2'),
      hook('pre', 'prerouting', 'meta mark set meta mark | 4'),
      hook('in', 'input', 'meta mark 7 drop'),
    ),
    packets:
      'tcp lo > lo:22 = drop by in/1; tcp lo6 > lo6:22 = drop by in/1; tcp a > me:22 = accept by nothing',
  },
]
