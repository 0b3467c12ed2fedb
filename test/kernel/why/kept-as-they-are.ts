/** Rows whose advice isn't followed word by word, each with its reason: there the row takes its own change back instead. */
export const NOT_CARRIED_OUT: Readonly<Record<string, string>> = {
  'closes-at-once':
    'the advice is to look into the server’s log: what makes a program hang up, no host tells',
  'hop-limit-too-small':
    'the advice is to look for what lowers the time to live; the client’s view doesn’t name it',
  'hop-limit-too-small-of-ipv6': 'the same',
  'routing-loop': 'the advice is to look for the loop: which of its routers is wrong, nobody can tell',
}
